package io.tollgate.tests;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A small table: one row a fact, one column a contender; numbers to the right. */
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  /** Begins with the row of titles. */
  public Table(List<String> head) {
    rows.add(head);
  }

  /** Adds a row of as many cells as the head has. */
  public Table row(List<String> cells) {
    if (cells.size() != rows.get(0).size()) {
      throw new IllegalArgumentException("a row has as many cells as the head: " + cells);
    }
    rows.add(cells);
    return this;
  }

  /** For a terminal. */
  public String plain() {
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      lines.add("  " + String.join("  ", padded(row)).stripTrailing());
    }
    lines.add(1, "  " + "-".repeat(widths().stream().mapToInt(width -> width + 2).sum() - 2));
    return String.join("\n", lines) + "\n";
  }

  public String markdown() {
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      lines.add("| " + String.join(" | ", padded(row)) + " |");
    }
    List<String> rule = new ArrayList<>();
    for (int width : widths()) {
      rule.add("-".repeat(width - 1) + (rule.isEmpty() ? "-" : ":"));
    }
    lines.add(1, "| " + String.join(" | ", rule) + " |");
    return String.join("\n", lines) + "\n";
  }

  private List<String> padded(List<String> row) {
    List<Integer> widths = widths();
    List<String> cells = new ArrayList<>();
    for (String cell : row) {
      String padding = " ".repeat(widths.get(cells.size()) - cell.length());
      cells.add(cells.isEmpty() ? cell + padding : padding + cell);
    }
    return cells;
  }

  private List<Integer> widths() {
    List<Integer> widths = new ArrayList<>(Collections.nCopies(rows.get(0).size(), 3));
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths.set(i, Math.max(widths.get(i), row.get(i).length()));
      }
    }
    return widths;
  }
}
