package io.tollgate.jmeter.elements;

import java.awt.BorderLayout;
import java.awt.Component;
import java.awt.Dimension;
import java.awt.FlowLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.swing.DefaultCellEditor;
import javax.swing.JButton;
import javax.swing.JComboBox;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTable;
import javax.swing.table.DefaultTableCellRenderer;
import javax.swing.table.DefaultTableModel;

/** The settings that have no field of their own, as a table of key and value. */
final class OtherSettings extends JPanel {
  private static final long serialVersionUID = 1L;
  private static final int ROWS_SHOWN = 4;
  private static final String MASKED = "\u2022\u2022\u2022\u2022\u2022\u2022";

  private final DefaultTableModel rows =
      new DefaultTableModel(new Object[] {"setting", "value"}, 0);
  private final JTable table = new JTable(rows);

  /** The keys are those a form has fields for. */
  OtherSettings(Set<String> elsewhere) {
    super(new BorderLayout());
    table.setName("other settings");
    table.putClientProperty("terminateEditOnFocusLost", Boolean.TRUE);
    JComboBox<String> keys = new JComboBox<>();
    keys.setEditable(true); // for those that end in a name of the user's choice
    for (KnownSetting setting : KnownSettings.all()) {
      if (!elsewhere.contains(setting.key())) {
        keys.addItem(setting.key());
      }
    }
    table.getColumnModel().getColumn(0).setCellEditor(new DefaultCellEditor(keys));
    table.getColumnModel().getColumn(1).setCellRenderer(new Masking());
    table.setPreferredScrollableViewportSize(new Dimension(0, table.getRowHeight() * ROWS_SHOWN));
    add(new JScrollPane(table), BorderLayout.CENTER);
    add(buttons(), BorderLayout.SOUTH);
  }

  private JPanel buttons() {
    JPanel buttons = new JPanel(new FlowLayout(FlowLayout.CENTER));
    JButton more = new JButton("Add a setting");
    more.addActionListener(e -> rows.addRow(new Object[] {"", ""}));
    JButton less = new JButton("Delete");
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
      values.put(text(row, 0).trim(), text(row, 1));
    }
    values.remove("");
    return values;
  }

  private String text(int row, int column) {
    Object cell = rows.getValueAt(row, column);
    return cell == null ? "" : cell.toString();
  }

  void show(Map<String, String> values) {
    if (table.isEditing()) {
      table.getCellEditor().cancelCellEditing();
    }
    rows.setRowCount(0);
    List<String> keys = new ArrayList<>(values.keySet());
    keys.forEach(key -> rows.addRow(new Object[] {key, values.get(key)}));
  }

  /** Hides values of secret settings while they are not edited. */
  private static final class Masking extends DefaultTableCellRenderer {
    private static final long serialVersionUID = 1L;

    @Override
    public Component getTableCellRendererComponent(
        JTable table, Object value, boolean selected, boolean focused, int row, int column) {
      String text = value == null ? "" : value.toString();
      boolean hidden =
          KnownSettings.isSecret(String.valueOf(table.getValueAt(row, 0)))
              && !text.isEmpty()
              && !SettingField.isReference(text);
      return super.getTableCellRendererComponent(
          table, hidden ? MASKED : text, selected, focused, row, column);
    }
  }
}
