package io.tollgate.jmeter.elements;

import io.tollgate.jmeter.monitor.MonitorText;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.KeyboardFocusManager;
import java.awt.event.MouseEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.swing.JLabel;
import javax.swing.JTable;
import javax.swing.table.AbstractTableModel;
import javax.swing.table.TableCellRenderer;

/**
 * A table of texts that shows them whole: columns are as wide as their widest cell and never
 * narrower again, so that nothing jumps; what the window has no room for is reached by scrolling,
 * and by the tooltip of a cell. The Tab key leaves it.
 */
final class TollgateMonitorTable extends JTable {
  private static final long serialVersionUID = 1L;
  private static final int PADDING = 12;

  private final transient List<String> columns;
  private transient List<List<String>> rows = Collections.emptyList();

  /** The widest text of each column so far, in these fonts. */
  private final int[] widest;

  private Font fitted;
  private Font fittedHeader;

  TollgateMonitorTable(String name, List<String> columns) {
    this.columns = columns;
    this.widest = new int[columns.size()];
    setModel(new Texts());
    setAutoResizeMode(AUTO_RESIZE_OFF);
    setFillsViewportHeight(true);
    setPreferredScrollableViewportSize(new Dimension(700, 140));
    getTableHeader().setReorderingAllowed(false);
    getAccessibleContext().setAccessibleName(name);
    setFocusTraversalKeys(KeyboardFocusManager.FORWARD_TRAVERSAL_KEYS, null);
    setFocusTraversalKeys(KeyboardFocusManager.BACKWARD_TRAVERSAL_KEYS, null);
    fit();
  }

  private final class Texts extends AbstractTableModel {
    private static final long serialVersionUID = 1L;

    @Override
    public int getRowCount() {
      return rows.size();
    }

    @Override
    public int getColumnCount() {
      return columns.size();
    }

    @Override
    public String getColumnName(int column) {
      return MonitorText.of("column." + columns.get(column));
    }

    @Override
    public Object getValueAt(int row, int column) {
      return rows.get(row).get(column);
    }
  }

  /** Shows these rows; what was selected stays selected. */
  void show(List<List<String>> newRows) {
    if (newRows.equals(rows)) {
      return;
    }
    int[] selected = getSelectedRows();
    List<List<String>> before = rows;
    rows = new ArrayList<>(newRows);
    ((AbstractTableModel) getModel()).fireTableDataChanged();
    for (int row : selected) {
      int now = indexOf(before.get(row), row);
      if (now >= 0) {
        addRowSelectionInterval(now, now);
      }
    }
    fit();
  }

  /** A row changes its cells but not its first one; equal rows may have moved. */
  private int indexOf(List<String> wanted, int at) {
    int same = rows.indexOf(wanted);
    boolean stays = at < rows.size() && rows.get(at).get(0).equals(wanted.get(0));
    return same >= 0 || !stays ? same : at;
  }

  /**
   * The header learns of another look after the table does, so fonts are compared at each layout.
   */
  private boolean fontsChanged() {
    boolean changed = !getFont().equals(fitted) || !getTableHeader().getFont().equals(fittedHeader);
    fitted = getFont();
    fittedHeader = getTableHeader().getFont();
    return changed;
  }

  private void fit() {
    if (fontsChanged()) {
      Arrays.fill(widest, 0);
      setRowHeight(getFontMetrics(getFont()).getHeight() + 4);
      TableCellRenderer header = getTableHeader().getDefaultRenderer();
      if (header instanceof JLabel) { // in the middle of a wide column it would be out of sight
        ((JLabel) header).setHorizontalAlignment(JLabel.LEADING);
      }
    }
    FontMetrics letters = getFontMetrics(getFont());
    FontMetrics headerLetters = getFontMetrics(getTableHeader().getFont());
    for (int i = 0; i < columns.size(); i++) {
      int width = Math.max(widest[i], headerLetters.stringWidth(getColumnName(i)));
      for (List<String> row : rows) {
        width = Math.max(width, letters.stringWidth(row.get(i)));
      }
      widest[i] = width;
      getColumnModel().getColumn(i).setMinWidth(width + PADDING);
      getColumnModel().getColumn(i).setPreferredWidth(width + PADDING);
    }
  }

  /** The last column takes what room is left. */
  private void fill(int room) {
    int last = columns.size() - 1;
    int sum = PADDING * last;
    for (int i = 0; i < last; i++) {
      sum += widest[i];
    }
    getColumnModel()
        .getColumn(last)
        .setPreferredWidth(Math.max(widest[last] + PADDING, room - sum));
  }

  @Override
  public void doLayout() {
    fit();
    if (getParent() != null) {
      fill(getParent().getWidth());
    }
    super.doLayout();
  }

  @Override
  public String getToolTipText(MouseEvent event) {
    int row = rowAtPoint(event.getPoint());
    int column = columnAtPoint(event.getPoint());
    String text = row < 0 || column < 0 ? "" : rows.get(row).get(column);
    return text.isEmpty() ? null : text;
  }
}
