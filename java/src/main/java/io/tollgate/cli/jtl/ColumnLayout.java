package io.tollgate.cli.jtl;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Which column of a file is what. */
final class ColumnLayout {
  final byte delimiter;

  /** How many columns a row has. */
  final int size;

  private final int[] at = new int[Column.values().length];

  ColumnLayout(byte delimiter, int size, Map<Column, Integer> columns) {
    this.delimiter = delimiter;
    this.size = size;
    Arrays.fill(at, -1);
    columns.forEach((column, index) -> at[column.ordinal()] = index);
  }

  /** Where a column is, -1 if the file has none. */
  int at(Column column) {
    return at[column.ordinal()];
  }

  boolean has(Column column) {
    return at(column) >= 0;
  }

  /** The layout that a header line names, {@code null} if the line is none. */
  static ColumnLayout named(byte delimiter, List<String> cells) {
    Map<Column, Integer> columns = new EnumMap<>(Column.class);
    for (int i = 0; i < cells.size(); i++) {
      Column column = Column.named(cells.get(i));
      if (column != null) {
        columns.putIfAbsent(column, i);
      }
    }
    ColumnLayout layout = new ColumnLayout(delimiter, cells.size(), columns);
    return columns.size() >= 2 && columns.size() * 3 >= cells.size() ? layout : null;
  }

  /** What is missing to judge its samples, {@code null} if nothing is. */
  String missing() {
    return has(Column.RESPONSE_CODE) || has(Column.SUCCESS)
        ? null
        : "it has neither a column " + Column.RESPONSE_CODE + " nor " + Column.SUCCESS;
  }
}
