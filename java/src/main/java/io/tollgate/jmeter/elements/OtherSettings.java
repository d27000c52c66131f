package io.tollgate.jmeter.elements;

import java.awt.BorderLayout;
import java.awt.Component;
import java.awt.Dimension;
import java.awt.FlowLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.swing.BorderFactory;
import javax.swing.DefaultCellEditor;
import javax.swing.DefaultListCellRenderer;
import javax.swing.JButton;
import javax.swing.JComboBox;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTable;
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

  OtherSettings() {
    super(new BorderLayout());
    setBorder(BorderFactory.createTitledBorder(Text.OTHER_SETTINGS.of()));
    table.setName("other settings");
    table.putClientProperty("terminateEditOnFocusLost", Boolean.TRUE);
    JComboBox<String> keys = new JComboBox<>();
    keys.setEditable(true);
    KnownSettings.all().stream()
        .filter(KnownSetting::isFamily)
        .forEach(family -> keys.addItem(family.key()));
    keys.setRenderer(new Labelled());
    table.getColumnModel().getColumn(KEY).setCellEditor(new DefaultCellEditor(keys));
    table.getColumnModel().getColumn(VALUE).setCellRenderer(new Masking());
    table.setPreferredScrollableViewportSize(new Dimension(0, table.getRowHeight() * ROWS_SHOWN));
    add(new JScrollPane(table), BorderLayout.CENTER);
    add(buttons(), BorderLayout.SOUTH);
  }

  private JPanel buttons() {
    JPanel buttons = new JPanel(new FlowLayout(FlowLayout.CENTER));
    JButton more = new JButton(Text.ADD_A_SETTING.of());
    more.addActionListener(e -> add("", ""));
    JButton less = new JButton(Text.DELETE.of());
    less.addActionListener(e -> deleteSelected());
    buttons.add(more);
    buttons.add(less);
    return buttons;
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
