package io.tollgate.jmeter.elements;

import java.awt.BorderLayout;
import java.awt.Component;
import java.awt.Dimension;
import java.awt.FlowLayout;
import java.awt.event.ActionEvent;
import java.awt.event.FocusAdapter;
import java.awt.event.FocusEvent;
import java.awt.event.InputEvent;
import java.awt.event.KeyEvent;
import java.awt.event.MouseAdapter;
import java.awt.event.MouseEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.swing.AbstractAction;
import javax.swing.Action;
import javax.swing.BorderFactory;
import javax.swing.DefaultCellEditor;
import javax.swing.DefaultListCellRenderer;
import javax.swing.InputMap;
import javax.swing.JButton;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTable;
import javax.swing.JTextField;
import javax.swing.KeyStroke;
import javax.swing.SwingUtilities;
import javax.swing.table.DefaultTableCellRenderer;
import javax.swing.table.DefaultTableModel;

/** The settings that end in a name of the user's choice, as a table of key, label and value. */
final class OtherSettings extends JPanel {
  private static final long serialVersionUID = 1L;
  private static final int ROWS_SHOWN = 4;
  private static final String MASKED = "\u2022\u2022\u2022\u2022\u2022\u2022";

  private static final int KEY = 0;
  private static final int LABEL = 1;
  private static final int VALUE = 2;

  private final DefaultTableModel rows = new Rows();
  private final JTable table = new JTable(rows);
  private final Keys keys = new Keys();

  OtherSettings() {
    super(new BorderLayout());
    setBorder(BorderFactory.createTitledBorder(Text.OTHER_SETTINGS.of()));
    table.setName("other settings");
    table.putClientProperty("terminateEditOnFocusLost", Boolean.TRUE);
    KnownSettings.all().stream()
        .filter(KnownSetting::isFamily)
        .forEach(family -> keys.addItem(family.key()));
    keys.setRenderer(new Labelled());
    DefaultCellEditor choice = new DefaultCellEditor(keys);
    choice.setClickCountToStart(1);
    table.getColumnModel().getColumn(KEY).setCellEditor(choice);
    DefaultCellEditor typed = new DefaultCellEditor(new JTextField());
    typed.setClickCountToStart(1);
    table.getColumnModel().getColumn(VALUE).setCellEditor(typed);
    table.getAccessibleContext().setAccessibleName(Text.OTHER_SETTINGS.of());
    table.setSurrendersFocusOnKeystroke(true);
    table.addMouseListener(new Opening());
    leaveByTab();
    table.getColumnModel().getColumn(VALUE).setCellRenderer(new Masking());
    table.setPreferredScrollableViewportSize(new Dimension(0, table.getRowHeight() * ROWS_SHOWN));
    add(new JScrollPane(table), BorderLayout.CENTER);
    add(buttons(), BorderLayout.SOUTH);
  }

  /** Tab goes from cell to cell, and from the last one on to what follows the table. */
  private void leaveByTab() {
    for (boolean isForward : new boolean[] {true, false}) {
      KeyStroke key =
          KeyStroke.getKeyStroke(KeyEvent.VK_TAB, isForward ? 0 : InputEvent.SHIFT_DOWN_MASK);
      InputMap inputs = table.getInputMap(JComponent.WHEN_ANCESTOR_OF_FOCUSED_COMPONENT);
      Object within = inputs.get(key);
      Action next = within == null ? null : table.getActionMap().get(within);
      String name = isForward ? "next" : "previous";
      inputs.put(key, name);
      table
          .getActionMap()
          .put(
              name,
              new AbstractAction() {
                private static final long serialVersionUID = 1L;

                @Override
                public void actionPerformed(ActionEvent e) {
                  step(isForward, next, e);
                }
              });
    }
  }

  private void step(boolean isForward, Action within, ActionEvent e) {
    int row = table.getSelectedRow();
    int column = table.getSelectedColumn();
    boolean isLast =
        isForward ? row == table.getRowCount() - 1 && column >= VALUE : row <= 0 && column <= KEY;
    if (within != null && table.getRowCount() > 0 && row >= 0 && !isLast) {
      within.actionPerformed(e);
      return;
    }
    endEditing();
    if (isForward) {
      table.transferFocus();
    } else {
      table.transferFocusBackward();
    }
  }

  private JPanel buttons() {
    JPanel buttons = new JPanel(new FlowLayout(FlowLayout.CENTER));
    JButton more = new JButton(Text.ADD_A_SETTING.of());
    more.setName("add a setting");
    // The focus of a click may come after the new row is edited, and would end that.
    more.setRequestFocusEnabled(false);
    more.addActionListener(e -> begin());
    JButton less = new JButton(Text.DELETE.of());
    less.addActionListener(e -> deleteSelected());
    buttons.add(more);
    buttons.add(less);
    return buttons;
  }

  /** A new row, in which the names there are can be chosen from at once. */
  private void begin() {
    endEditing();
    add("", "");
    int row = rows.getRowCount() - 1;
    table.changeSelection(row, KEY, false, false);
    if (table.editCellAt(row, KEY)) {
      keys.openWhenFocused();
    }
  }

  private void deleteSelected() {
    endEditing();
    int[] selected = table.getSelectedRows();
    for (int i = selected.length - 1; i >= 0; i--) {
      rows.removeRow(selected[i]);
    }
  }

  private void endEditing() {
    if (table.isEditing()) {
      table.getCellEditor().stopCellEditing();
    }
  }

  Map<String, String> values() {
    endEditing();
    Map<String, String> values = new LinkedHashMap<>();
    for (int row = 0; row < rows.getRowCount(); row++) {
      values.put(text(row, KEY).trim(), text(row, VALUE));
    }
    values.remove("");
    return values;
  }

  private String text(int row, int column) {
    Object cell = rows.getValueAt(row, column);
    return cell == null ? "" : cell.toString();
  }

  boolean hasRows() {
    return rows.getRowCount() > 0;
  }

  void add(String key, String value) {
    rows.addRow(new Object[] {key, null, value});
  }

  /**
   * Removes a setting.
   *
   * @return its value; {@code null} if it is not here
   */
  String take(String key) {
    endEditing();
    for (int row = 0; row < rows.getRowCount(); row++) {
      if (text(row, KEY).trim().equals(key)) {
        String value = text(row, VALUE);
        rows.removeRow(row);
        return value;
      }
    }
    return null;
  }

  void show(Map<String, String> values) {
    if (table.isEditing()) {
      table.getCellEditor().cancelCellEditing();
    }
    rows.setRowCount(0);
    List<String> keys = new ArrayList<>(values.keySet());
    keys.forEach(key -> add(key, values.get(key)));
  }

  /** The names of settings to choose from. */
  private static final class Keys extends JComboBox<String> {
    private static final long serialVersionUID = 1L;

    Keys() {
      setEditable(true);
    }

    /** The list would be closed again by a focus that is yet to come. */
    void openWhenFocused() {
      Component text = getEditor().getEditorComponent();
      if (text.isFocusOwner()) {
        SwingUtilities.invokeLater(this::open);
        return;
      }
      text.addFocusListener(
          new FocusAdapter() {
            @Override
            public void focusGained(FocusEvent e) {
              text.removeFocusListener(this);
              SwingUtilities.invokeLater(Keys.this::open);
            }
          });
      text.requestFocusInWindow();
    }

    private void open() {
      if (isShowing()) {
        showPopup();
      }
    }
  }

  /** A click on the name of a setting shows those there are. */
  private final class Opening extends MouseAdapter {
    @Override
    public void mouseReleased(MouseEvent e) {
      if (table.isEditing() && table.getEditingColumn() == KEY) {
        keys.openWhenFocused();
      }
    }
  }

  /** Keys and values; the label follows from the key. */
  private static final class Rows extends DefaultTableModel {
    private static final long serialVersionUID = 1L;

    Rows() {
      super(new Object[] {Text.SETTING.of(), Text.NAME.of(), Text.VALUE.of()}, 0);
    }

    @Override
    public boolean isCellEditable(int row, int column) {
      return column != LABEL;
    }

    @Override
    public Object getValueAt(int row, int column) {
      if (column != LABEL) {
        return super.getValueAt(row, column);
      }
      KnownSetting setting = KnownSettings.named(String.valueOf(getValueAt(row, KEY)).trim());
      return setting == null ? "" : setting.label();
    }

    @Override
    public void setValueAt(Object value, int row, int column) {
      super.setValueAt(value, row, column);
      fireTableRowsUpdated(row, row);
    }
  }

  /** Says beside each key what it is. */
  private static final class Labelled extends DefaultListCellRenderer {
    private static final long serialVersionUID = 1L;

    @Override
    public Component getListCellRendererComponent(
        JList<?> list, Object key, int index, boolean selected, boolean focused) {
      String text = key == null ? "" : key + "   " + KnownSettings.labelOf(key.toString());
      return super.getListCellRendererComponent(list, text, index, selected, focused);
    }
  }

  /** Hides values of secret settings while they are not edited. */
  private static final class Masking extends DefaultTableCellRenderer {
    private static final long serialVersionUID = 1L;

    @Override
    public Component getTableCellRendererComponent(
        JTable table, Object value, boolean selected, boolean focused, int row, int column) {
      String text = value == null ? "" : value.toString();
      boolean hidden =
          KnownSettings.isSecret(String.valueOf(table.getValueAt(row, KEY)))
              && !text.isEmpty()
              && !SettingField.isReference(text);
      return super.getTableCellRendererComponent(
          table, hidden ? MASKED : text, selected, focused, row, column);
    }
  }
}
