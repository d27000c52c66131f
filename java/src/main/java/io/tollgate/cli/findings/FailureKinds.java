package io.tollgate.cli.findings;

import io.tollgate.cli.jtl.JtlSample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Failed samples by what they failed with, counted as they go by. Messages that differ in a number
 * only are one kind, shown as it first came; beyond a bound new kinds are counted together.
 */
final class FailureKinds {
  /** A message with a name or an address in it makes many kinds; a reader wants a few. */
  private static final int MOST = 50;

  /** Counts and spans of time, which JMeter and Tollgate write in either unit. */
  private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d+)?( m?s\\b)?");

  /** Messages whose kind is known: most failures repeat one of a few. */
  private static final int REMEMBERED = 1_000;

  private final Map<String, Failures> kinds = new LinkedHashMap<>();
  private final Map<String, Failures> byMessage = new HashMap<>();
  private long others;

  /** One kind. */
  static final class Failures {
    final String code;
    final String words;
    long count;

    private Failures(JtlSample sample) {
      code = sample.code;
      words = FailureText.of(sample);
    }
  }

  void add(JtlSample sample) {
    Failures kind = byMessage.get(sample.message);
    if (kind == null || !kind.code.equals(sample.code)) {
      kind = find(sample);
    }
    if (kind == null) {
      others += sample.failures;
    } else {
      kind.count += sample.failures;
    }
  }

  private Failures find(JtlSample sample) {
    String key = sample.code + " " + NUMBER.matcher(sample.message).replaceAll("0");
    Failures kind = kinds.get(key);
    if (kind == null && kinds.size() < MOST) {
      kind = new Failures(sample);
      kinds.put(key, kind);
    }
    if (kind != null && byMessage.size() < REMEMBERED) {
      byMessage.put(sample.message, kind);
    }
    return kind;
  }

  /** Each kind, the most frequent first. */
  List<Failures> byCount() {
    List<Failures> sorted = new ArrayList<>(kinds.values());
    sorted.sort(Comparator.comparingLong((Failures kind) -> -kind.count));
    return sorted;
  }

  /** How many failed with a code. */
  long count(String code) {
    return kinds.values().stream()
        .filter(kind -> kind.code.equals(code))
        .mapToLong(kind -> kind.count)
        .sum();
  }

  /** Failures of kinds that came when there were too many already. */
  long others() {
    return others;
  }
}
