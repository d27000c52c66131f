package io.tollgate.cli.jtl;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Finds the columns of a file without a header line ({@code
 * jmeter.save.saveservice.print_field_names=false}). Which of them are saved is a matter of
 * properties; their order is fixed. Of all ways to leave columns out, the one that fits the values
 * best.
 */
final class HeaderlessLayout {
  private static final Pattern THREAD = Pattern.compile(".*\\d+-\\d+");
  private static final Pattern STATUS = Pattern.compile("[1-5]\\d\\d");
  private static final Pattern ADDRESS = Pattern.compile("[a-z]+://.*|null");

  /** Saved by JMeter unless a property says otherwise. */
  private static final Set<Column> BY_DEFAULT =
      EnumSet.complementOf(
          EnumSet.of(
              Column.FILENAME,
              Column.ENCODING,
              Column.SAMPLE_COUNT,
              Column.ERROR_COUNT,
              Column.HOSTNAME,
              Column.RESPONSE_HEADERS));

  private static final double IMPOSSIBLE = -20;

  private final List<List<String>> rows;
  private final int size;
  private final Column[] columns = Column.values();

  private HeaderlessLayout(List<List<String>> rows, int size) {
    this.rows = rows;
    this.size = size;
  }

  /** A layout and how well it fits. */
  static final class Fit {
    final ColumnLayout layout;
    final double score;

    private Fit(ColumnLayout layout, double score) {
      this.layout = layout;
      this.score = score;
    }
  }

  /**
   * Looks at the first rows.
   *
   * @param rows split by the delimiter; those of another length than most are left out
   * @return {@code null} if they are no samples
   */
  static Fit of(byte delimiter, List<List<String>> rows, int size) {
    return new HeaderlessLayout(rows, size).fit(delimiter);
  }

  private Fit fit(byte delimiter) {
    // best[i][c]: the best score of the cells from i on, with the columns from c on to choose from.
    double[][] best = new double[size + 1][columns.length + 1];
    boolean[][] taken = new boolean[size + 1][columns.length + 1];
    for (int cell = size - 1; cell >= 0; cell--) {
      for (int c = columns.length; c >= 0; c--) {
        // No column is left for it: a variable of the plan.
        best[cell][c] = c == columns.length ? 0 : best[cell][c + 1];
        if (c < columns.length) {
          double with = score(columns[c], cell) + best[cell + 1][c + 1];
          if (with >= best[cell][c]) {
            best[cell][c] = with;
            taken[cell][c] = true;
          }
        }
      }
    }
    Map<Column, Integer> found = new EnumMap<>(Column.class);
    for (int cell = 0, c = 0; cell < size && c < columns.length; c++) {
      if (taken[cell][c]) {
        found.put(columns[c], cell++);
      }
    }
    boolean timed = found.containsKey(Column.TIME_STAMP) || found.containsKey(Column.ELAPSED);
    boolean judged =
        holds(found, Column.SUCCESS, HeaderlessLayout::isBoolean)
            || holds(found, Column.RESPONSE_CODE, code -> isCode(code) > 0);
    return timed && judged ? new Fit(new ColumnLayout(delimiter, size, found), best[0][0]) : null;
  }

  private boolean holds(Map<Column, Integer> found, Column column, Predicate<String> test) {
    Integer cell = found.get(column);
    // One row in five may be damaged.
    return cell != null
        && rows.stream().filter(row -> test.test(row.get(cell))).count() * 5 >= rows.size() * 4L;
  }

  private double score(Column column, int cell) {
    double sum = BY_DEFAULT.contains(column) ? 0.05 * rows.size() : 0;
    for (List<String> row : rows) {
      sum += score(column, cell, row.get(cell).trim());
    }
    return sum / rows.size();
  }

  private static double score(Column column, int cell, String text) {
    switch (column) {
      case TIME_STAMP:
        return cell == 0 && Timestamps.isTime(text) ? 6 : IMPOSSIBLE;
      case RESPONSE_CODE:
        return isCode(text);
      case THREAD_NAME:
        return THREAD.matcher(text).matches() && !Timestamps.isDigits(text) ? 4 : -1;
      case DATA_TYPE:
        return text.equals("text") || text.equals("bin") ? 4 : text.isEmpty() ? 0.1 : IMPOSSIBLE;
      case SUCCESS:
        return isBoolean(text) ? 6 : IMPOSSIBLE;
      case URL:
        return ADDRESS.matcher(text).matches() ? 4 : text.isEmpty() ? 0.1 : -2;
      case LABEL:
      case RESPONSE_MESSAGE:
      case FAILURE_MESSAGE:
        return Timestamps.isDigits(text) || isBoolean(text) ? -1 : text.isEmpty() ? 0.3 : 0.5;
      case FILENAME:
      case ENCODING:
      case HOSTNAME:
      case RESPONSE_HEADERS:
        return Timestamps.isDigits(text) || isBoolean(text) ? -1 : text.isEmpty() ? 0.1 : 0.2;
      default:
        return Timestamps.isDigits(text) ? 0.5 : IMPOSSIBLE;
    }
  }

  private static double isCode(String text) {
    return text.startsWith("Non HTTP") || text.startsWith("TOLLGATE_")
        ? 3
        : STATUS.matcher(text).matches() ? 2 : -1;
  }

  private static boolean isBoolean(String text) {
    return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");
  }
}
