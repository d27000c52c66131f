package io.tollgate.cli.jtl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.text.ParsePosition;
import java.text.SimpleDateFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Results as CSV: with a header line, whose columns may be in any order, or without one, and then
 * in the order that JMeter has by default.
 *
 * <p>Messages may hold commas, quotes and line ends (RFC 4180). A last line without its end was
 * being written when the run was cut off: it is no sample.
 */
final class CsvJtl {
  /** {@code jmeter.save.saveservice.print_field_names=false}, all else as it comes. */
  private static final List<String> BY_DEFAULT =
      Collections.unmodifiableList(
          Arrays.asList(
              ("timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,"
                      + "failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,"
                      + "Connect")
                  .split(",")));

  /** Values of {@code timestamp_format} that people set, beside the default {@code ms}. */
  private static final String[] FORMATS = {
    "yyyy/MM/dd HH:mm:ss.SSS",
    "yyyy-MM-dd HH:mm:ss.SSS",
    "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
    "yyyy-MM-dd'T'HH:mm:ss.SSS",
    "yyyy/MM/dd HH:mm:ss",
    "yyyy-MM-dd HH:mm:ss"
  };

  private final Reader in;
  private final Map<String, Integer> columns = new HashMap<>();
  private char delimiter = ',';
  private SimpleDateFormat format;
  private boolean cutOff;

  private CsvJtl(Reader in) {
    this.in = in;
  }

  static Jtl read(InputStream bytes, Consumer<JtlSample> sink) throws IOException, NotAJtl {
    return new CsvJtl(
            new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8), 1 << 16))
        .read(sink);
  }

  private Jtl read(Consumer<JtlSample> sink) throws IOException, NotAJtl {
    boolean headers = false;
    begin();
    for (List<String> row = next(); row != null; row = next()) {
      if (row.size() == 1 && row.get(0).isEmpty()) {
        continue; // an empty line
      }
      JtlSample sample = sample(row);
      headers |= sample.headers != null && !sample.headers.isEmpty();
      sink.accept(sample);
    }
    return new Jtl(!cutOff, headers);
  }

  /** Learns the columns, and leaves the reader before the first sample. */
  private void begin() throws IOException, NotAJtl {
    StringBuilder line = new StringBuilder();
    in.mark(1 << 14);
    int c = in.read();
    while (c >= 0 && c != '\n' && line.length() < (1 << 13)) {
      line.append((char) c);
      c = in.read();
    }
    String first = line.toString().trim();
    boolean named = first.contains("timeStamp");
    int at = named ? 0 : firstAfterTime(first);
    if (at < 0) {
      throw new NotAJtl(
          first.isEmpty()
              ? "it is empty"
              : "its first line is neither the header of a JTL nor a sample");
    }
    delimiter = named ? delimiterOf(first) : first.charAt(at);
    in.reset();
    if (named) {
      List<String> names = next();
      for (int i = 0; names != null && i < names.size(); i++) {
        columns.put(names.get(i), i);
      }
    } else {
      for (int i = 0; i < BY_DEFAULT.size(); i++) {
        columns.put(BY_DEFAULT.get(i), i);
      }
    }
    for (String needed : Arrays.asList("timeStamp", "elapsed", "responseCode", "threadName")) {
      if (!columns.containsKey(needed)) {
        throw new NotAJtl("it has no column " + needed);
      }
    }
  }

  private static char delimiterOf(String header) {
    for (char c : header.toCharArray()) {
      if (!Character.isLetterOrDigit(c) && c != '_' && c != '"') {
        return c;
      }
    }
    return ',';
  }

  private static int firstAfterTime(String line) {
    int at = 0;
    while (at < line.length() && Character.isDigit(line.charAt(at))) {
      at++;
    }
    return at >= 10 && at < line.length() ? at : -1;
  }

  private JtlSample sample(List<String> row) throws NotAJtl {
    String elapsed = cell(row, "elapsed");
    try {
      return new JtlSample(
          time(cell(row, "timeStamp")),
          Long.parseLong(elapsed),
          cell(row, "label"),
          cell(row, "responseCode"),
          cell(row, "responseMessage"),
          cell(row, "threadName"),
          cell(row, "URL"),
          columns.containsKey("responseHeaders") ? cell(row, "responseHeaders") : null,
          !columns.containsKey("success") || Boolean.parseBoolean(cell(row, "success")));
    } catch (NumberFormatException e) {
      throw new NotAJtl("a sample's elapsed time is '" + elapsed + "'");
    }
  }

  private String cell(List<String> row, String name) {
    Integer at = columns.get(name);
    return at == null || at >= row.size() ? "" : row.get(at);
  }

  private long time(String text) throws NotAJtl {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      // Told by one of the formats, or not at all.
    }
    if (format != null) {
      Date date = format.parse(text, new ParsePosition(0));
      if (date != null) {
        return date.getTime();
      }
    }
    for (String each : FORMATS) {
      SimpleDateFormat candidate = new SimpleDateFormat(each, Locale.ROOT);
      ParsePosition position = new ParsePosition(0);
      Date date = candidate.parse(text, position);
      if (date != null && position.getIndex() == text.length()) {
        format = candidate;
        return date.getTime();
      }
    }
    throw new NotAJtl("the time '" + text + "' can't be read: save it in ms (timestamp_format=ms)");
  }

  /** One row, {@code null} at the end. */
  private List<String> next() throws IOException {
    List<String> row = new ArrayList<>(20);
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    int c = in.read();
    if (c < 0) {
      return null;
    }
    for (; c >= 0; c = in.read()) {
      if (quoted) {
        if (c != '"') {
          cell.append((char) c);
          continue;
        }
        in.mark(1);
        if (in.read() == '"') {
          cell.append('"');
        } else {
          in.reset();
          quoted = false;
        }
      } else if (c == '"') {
        quoted = true;
      } else if (c == delimiter || c == '\n') {
        row.add(cell.toString());
        cell.setLength(0);
        if (c == '\n') {
          return row;
        }
      } else if (c != '\r') {
        cell.append((char) c);
      }
    }
    cutOff = true;
    return null;
  }
}
