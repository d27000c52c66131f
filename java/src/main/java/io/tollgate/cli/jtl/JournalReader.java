package io.tollgate.cli.jtl;

import io.tollgate.text.JsonReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The journal that Tollgate Monitor writes, one JSON object a line: its token requests as samples.
 * They are those of one writer, so all of them are of one thread.
 */
final class JournalReader implements SampleReader {
  private static final String THREAD = "Tollgate";

  private final BufferedReader lines;
  private final ReadErrors errors;
  private final Map<String, Long> kinds = new LinkedHashMap<>();
  private long line;
  private boolean complete = true;
  private JtlSample first;
  private boolean isJournal;

  private JournalReader(InputStream in, ReadErrors errors) {
    this.lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    this.errors = errors;
  }

  /** Reads up to the first token request. */
  static JournalReader open(InputStream in, ReadErrors errors) throws IOException, NotAJtl {
    JournalReader reader = new JournalReader(in, errors);
    reader.first = reader.read();
    if (!reader.isJournal) {
      throw new NotAJtl("it is JSON, and not the journal of Tollgate Monitor");
    }
    return reader;
  }

  @Override
  public JtlSample next() throws IOException {
    JtlSample sample = first == null ? read() : first;
    first = null;
    return sample;
  }

  private JtlSample read() throws IOException {
    for (String text = lines.readLine(); text != null; text = lines.readLine()) {
      line++;
      if (text.trim().isEmpty()) {
        continue;
      }
      Map<String, Object> entry;
      try {
        entry = JsonReader.object(JsonReader.parse(text));
      } catch (IllegalArgumentException e) {
        if (!isJournal) {
          return null;
        }
        if (lines.readLine() == null) {
          complete = false;
          return null;
        }
        errors.add(line++, "an entry of the journal is " + e.getMessage());
        continue;
      }
      if (!(entry.get("kind") instanceof String) || !(entry.get("at") instanceof Double)) {
        if (!isJournal) {
          return null;
        }
        errors.add(line, "an entry of the journal has no kind or time");
        continue;
      }
      isJournal = true;
      String kind = (String) entry.get("kind");
      kinds.merge(kind, Math.max(1, number(entry, "count")), Long::sum);
      if (kind.equals("minted") || kind.equals("refused")) {
        return sample(entry, kind.equals("minted"));
      }
    }
    return null;
  }

  private static JtlSample sample(Map<String, Object> entry, boolean minted) {
    JtlSample.Builder sample = new JtlSample.Builder();
    sample.start = number(entry, "started");
    sample.elapsed = number(entry, "elapsed_ns") / 1_000_000;
    sample.label = "Tollgate, profile " + text(entry, "profile");
    long status = number(entry, "status");
    sample.code = minted ? "200" : status > 0 ? String.valueOf(status) : text(entry, "cause");
    sample.message = text(entry, "words");
    sample.thread = THREAD;
    sample.success = minted;
    sample.ofJournal = true;
    return sample.build();
  }

  private static long number(Map<String, Object> entry, String key) {
    Object value = entry.get(key);
    return value instanceof Double ? ((Double) value).longValue() : 0;
  }

  private static String text(Map<String, Object> entry, String key) {
    Object value = entry.get(key);
    return value instanceof String ? (String) value : "";
  }

  /** How often each kind of entry was written, by its name. */
  Map<String, Long> kinds() {
    return kinds;
  }

  @Override
  public boolean isComplete() {
    return complete;
  }

  @Override
  public boolean hasTimes() {
    return true;
  }

  @Override
  public boolean hasThreads() {
    return true;
  }

  @Override
  public long resolution() {
    return 1;
  }
}
