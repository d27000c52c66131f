package io.tollgate.cli.jtl;

import io.tollgate.cli.jtl.CsvRecords.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Results as CSV: with a header line, whose columns may be in any order, or without one. A header
 * in between, of a file that was appended to another, begins new columns.
 */
final class CsvReader implements SampleReader {
  /** So many rows are looked at for what the file does not say. */
  private static final int EXAMPLES = 200;

  /** In so many bytes. */
  private static final int HEAD = 1 << 15;

  /** A plausible row of samples has at least time, result and something else. */
  private static final int FEWEST = 3;

  private final CsvRecords records;
  private final ReadErrors errors;
  private ColumnLayout layout;
  private final Timestamps times;
  private final boolean allUrls;

  /** Of each record in turn: all that it is given is given again by the next one. */
  private final JtlSample.Builder sample = new JtlSample.Builder();

  private boolean complete = true;

  private CsvReader(
      CsvRecords records,
      ColumnLayout layout,
      Timestamps times,
      boolean allUrls,
      ReadErrors errors) {
    this.records = records;
    this.layout = layout;
    this.times = times;
    this.allUrls = allUrls;
    this.errors = errors;
  }

  /** Learns columns and times from the first rows, and stays before the first of them. */
  static CsvReader open(ByteWindow window, boolean allUrls, ReadErrors errors)
      throws IOException, NotAJtl {
    byte[] head = window.head(HEAD);
    ColumnLayout named = null;
    HeaderlessLayout.Fit best = null;
    for (byte delimiter : delimiters(head)) {
      List<List<String>> rows = examples(head, delimiter);
      named = rows.isEmpty() ? null : ColumnLayout.named(delimiter, rows.get(0));
      if (named != null) {
        break;
      }
      int size = usualSize(rows);
      rows.removeIf(row -> row.size() != size);
      HeaderlessLayout.Fit fit = size < FEWEST ? null : HeaderlessLayout.of(delimiter, rows, size);
      if (fit != null && (best == null || fit.score > best.score)) {
        best = fit;
      }
    }
    if (named == null && best == null) {
      throw new NotAJtl("its first line is neither the header of a JTL nor a sample");
    }
    ColumnLayout layout = named == null ? best.layout : named;
    if (layout.missing() != null) {
      throw new NotAJtl(layout.missing());
    }
    CsvRecords records = new CsvRecords(window, layout.delimiter);
    if (named != null) {
      Outcome header = records.next();
      while (header == Outcome.RECORD && records.isEmpty()) {
        header = records.next();
      }
    }
    Timestamps times = timesOf(head, layout, named == null ? 0 : 1);
    return new CsvReader(records, layout, times, allUrls, errors);
  }

  private static Timestamps timesOf(byte[] head, ColumnLayout layout, int first)
      throws IOException, NotAJtl {
    int cell = layout.at(Column.TIME_STAMP);
    List<List<String>> rows = examples(head, layout.delimiter);
    if (cell < 0 || rows.size() <= first) {
      return null;
    }
    List<String> examples = new ArrayList<>();
    for (List<String> row : rows.subList(first, rows.size())) {
      if (row.size() > cell) {
        examples.add(row.get(cell).trim());
      }
    }
    Timestamps times = Timestamps.of(examples);
    if (times == null && !examples.isEmpty()) {
      throw new NotAJtl("its times can't be read, for example '" + examples.get(0) + "'");
    }
    return times;
  }

  /** What may part the cells of the first line. */
  private static Set<Byte> delimiters(byte[] head) throws NotAJtl {
    String text = new String(head, StandardCharsets.UTF_8).trim();
    if (text.isEmpty()) {
      throw new NotAJtl("it is empty");
    }
    Set<Byte> delimiters = new LinkedHashSet<>();
    for (char c : (",;\t|" + text.split("\n", 2)[0]).toCharArray()) {
      if (c < 128 && !Character.isLetterOrDigit(c) && "\"_ -.\r".indexOf(c) < 0) {
        delimiters.add((byte) c);
      }
    }
    return delimiters;
  }

  private static List<List<String>> examples(byte[] head, byte delimiter) throws IOException {
    CsvRecords records = new CsvRecords(new ByteWindow(new ByteArrayInputStream(head)), delimiter);
    List<List<String>> rows = new ArrayList<>();
    Outcome outcome = records.next();
    while (outcome != Outcome.END && rows.size() < EXAMPLES) {
      if (outcome == Outcome.RECORD && !records.isEmpty()) {
        rows.add(records.texts());
      }
      outcome = records.next();
    }
    return rows;
  }

  private static int usualSize(List<List<String>> rows) {
    Map<Integer, Integer> sizes = new HashMap<>();
    rows.forEach(row -> sizes.merge(row.size(), 1, Integer::sum));
    return sizes.isEmpty()
        ? 0
        : Collections.max(sizes.entrySet(), Map.Entry.comparingByValue()).getKey();
  }

  @Override
  public JtlSample next() throws IOException {
    while (true) {
      switch (records.next()) {
        case RECORD:
          JtlSample read = records.isEmpty() ? null : sample();
          if (read != null) {
            return read;
          }
          break;
        case DAMAGED:
          errors.add(records.line(), "a quote in it is not closed");
          break;
        case CUT_OFF:
          complete = false;
          return null;
        default:
          return null;
      }
    }
  }

  /** The sample of the record, {@code null} if it is none. */
  private JtlSample sample() {
    String wrong = read();
    if (wrong == null) {
      return sample.build();
    }
    ColumnLayout appended = ColumnLayout.named(layout.delimiter, records.texts());
    if (appended != null && appended.missing() == null) {
      layout = appended;
    } else if (records.isUnended()) {
      complete = false;
    } else {
      errors.add(records.line(), wrong);
    }
    return null;
  }

  /** Reads the cells; what is wrong with them, {@code null} if nothing is. */
  private String read() {
    int time = layout.at(Column.TIME_STAMP);
    if (time >= 0 && times != null) {
      sample.start = records.time(time, times);
      if (sample.start < 0) {
        return "its time is '" + records.text(time) + "'";
      }
    }
    int elapsed = layout.at(Column.ELAPSED);
    if (elapsed >= 0) {
      sample.elapsed = records.digits(elapsed);
      if (sample.elapsed < 0 && !readElapsed(records.text(elapsed))) {
        return "its elapsed time is '" + records.text(elapsed) + "'";
      }
    }
    sample.code = records.text(layout.at(Column.RESPONSE_CODE));
    int success = layout.at(Column.SUCCESS);
    if (success < 0) {
      sample.success = JtlSample.Builder.isGood(sample.code);
    } else {
      Boolean truth = records.truth(success);
      if (truth == null) {
        return records.size() <= success
            ? "it has " + records.size() + " columns of " + layout.size
            : "its column success is '" + records.text(success) + "'";
      }
      sample.success = truth;
    }
    sample.label = records.text(layout.at(Column.LABEL));
    sample.message = records.text(layout.at(Column.RESPONSE_MESSAGE));
    sample.thread = records.text(layout.at(Column.THREAD_NAME));
    int url = layout.at(Column.URL);
    sample.url = allUrls ? records.text(url) : records.tokenUrl(url);
    if (layout.has(Column.SAMPLE_COUNT)) {
      sample.count = records.digits(layout.at(Column.SAMPLE_COUNT));
      sample.failures = records.digits(layout.at(Column.ERROR_COUNT));
    }
    if (layout.has(Column.RESPONSE_HEADERS)) {
      sample.headers = records.text(layout.at(Column.RESPONSE_HEADERS));
    }
    if (sample.message.isEmpty() && !sample.success && layout.has(Column.FAILURE_MESSAGE)) {
      sample.message = records.text(layout.at(Column.FAILURE_MESSAGE));
    }
    return records.size() < layout.size && records.isUnended()
        ? "it has " + records.size() + " columns of " + layout.size
        : null;
  }

  /** Other tools write fractions; a clock that was set back makes a negative time. */
  private boolean readElapsed(String text) {
    try {
      sample.elapsed = (long) Double.parseDouble(text);
      return true;
    } catch (NumberFormatException e) {
      return false; // the caller names what is there
    }
  }

  @Override
  public boolean isComplete() {
    return complete;
  }

  @Override
  public boolean hasTimes() {
    return times != null;
  }

  @Override
  public boolean hasThreads() {
    return layout.has(Column.THREAD_NAME);
  }

  @Override
  public long resolution() {
    return times == null ? 1 : times.resolution();
  }
}
