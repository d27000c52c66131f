package io.tollgate.cli.findings;

import io.tollgate.cli.findings.SampleCounts.Series;
import io.tollgate.cli.jtl.JtlSample;
import io.tollgate.text.Durations;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What is kept of the samples as they go by: counts in time, and those that have to do with tokens
 * and limits one by one. Never a header, never a body.
 */
public final class Evidence implements Consumer<JtlSample> {
  /** Labels that people give to token requests. */
  private static final Pattern LABEL =
      Pattern.compile(
          "(?i).*\\b(tokens?|oauth2?|log ?in|sign ?in|refresh|authenticate)\\b.*", Pattern.DOTALL);

  /** Where token endpoints are. */
  private static final Pattern URL =
      Pattern.compile("(?i)[^?#]*/(tokens?|access_token)/?([?#].*)?");

  /** What Tollgate's own Java Request says: it waits for a token and fetches none. */
  private static final Pattern WAIT = Pattern.compile("(cached|fetched), generation.*");

  /** So many different refusals are kept; a message with a number in it makes many. */
  private static final int REFUSALS = 50;

  private final Predicate<JtlSample> isToken;
  private final Map<String, Integer> threads = new HashMap<>();
  private final Map<String, Long> tokenLabels = new LinkedHashMap<>();
  private final Map<String, Long> tokenRefusals = new LinkedHashMap<>();

  final SampleTimes tokens = new SampleTimes();
  final SampleTimes refused = new SampleTimes();
  final SampleTimes throttled = new SampleTimes();
  final FailureKinds failures = new FailureKinds();
  final SampleCounts timeline = new SampleCounts();
  long samples;
  long failed;
  long api;
  long apiGood;
  long firstGood = Long.MAX_VALUE;
  long firstFailed = Long.MAX_VALUE;
  long first = Long.MAX_VALUE;
  long last = Long.MIN_VALUE;

  /** Waits that were named, and samples that began inside one. */
  long waitsNamed;

  long insideWaits;
  private final long[] waitFrom = new long[2];
  private final long[] waitTo = new long[2];

  /**
   * Gathers nothing yet.
   *
   * @param label what the labels or URLs of token requests match, {@code null} for what they mostly
   *     do
   */
  public Evidence(Pattern label) {
    isToken =
        label == null
            ? sample ->
                (LABEL.matcher(sample.label).matches() || URL.matcher(sample.url).matches())
                    && !WAIT.matcher(sample.message).matches()
            : sample -> label.matcher(sample.label).find() || label.matcher(sample.url).find();
  }

  @Override
  public void accept(JtlSample sample) {
    int thread = threads.computeIfAbsent(sample.thread, name -> threads.size());
    boolean token = isToken.test(sample);
    samples++;
    if (!sample.success) {
      failed++;
      firstFailed = Math.min(firstFailed, sample.start);
      failures.add(sample);
    }
    first = Math.min(first, sample.start);
    last = Math.max(last, sample.end);
    timeline.count(Series.BEGUN, sample.start);
    timeline.count(seriesOf(sample), sample.end);
    if (token) {
      tokens.add(sample.start, sample.end, thread, sample.success);
      timeline.count(Series.TOKEN, sample.start);
      tokenLabels.merge(sample.label, 1L, Long::sum);
      if (!sample.success && (tokenRefusals.size() < REFUSALS)) {
        tokenRefusals.merge(FailureText.of(sample), 1L, Long::sum);
      }
    } else {
      api++;
      if (sample.success) {
        apiGood++;
        firstGood = Math.min(firstGood, sample.start);
      }
      if (sample.code.equals("401")) {
        refused.add(sample.end, sample.end, thread, false);
      }
    }
    limits(sample, thread, token ? 1 : 0);
  }

  private void limits(JtlSample sample, int thread, int side) {
    if (sample.start > waitFrom[side] && sample.start < waitTo[side]) {
      insideWaits++;
    }
    long wait = waitOf(sample);
    if (sample.code.equals("429") || wait >= 0) {
      throttled.add(sample.end, sample.end, thread, wait >= 0);
    }
    if (wait >= 0) {
      waitsNamed++;
      if (sample.end + wait > waitTo[side]) {
        // The one that ends latest counts; inside it is whatever began after it was heard.
        waitFrom[side] = waitTo[side] > sample.end ? waitFrom[side] : sample.end;
        waitTo[side] = sample.end + wait;
      }
    }
  }

  /** The wait in ms that an answer asks for, -1 if it asks for none. */
  private static long waitOf(JtlSample sample) {
    if (!sample.code.equals("429") && !sample.code.equals("503")) {
      return -1;
    }
    String value = sample.header("retry-after");
    if (value == null) {
      return -1;
    }
    try {
      return Math.max(0, Long.parseLong(value)) * 1000;
    } catch (NumberFormatException e) {
      try {
        long until = millis(value);
        String date = sample.header("date");
        return Math.max(0, until - (date == null ? sample.end : millis(date)));
      } catch (DateTimeParseException unreadable) {
        return -1;
      }
    }
  }

  private static long millis(String date) {
    return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
        .toInstant()
        .toEpochMilli();
  }

  private static Series seriesOf(JtlSample sample) {
    if (sample.success) {
      return Series.GOOD;
    }
    switch (sample.code) {
      case "401":
        return Series.REFUSED;
      case "429":
        return Series.THROTTLED;
      default:
        return Series.OTHER;
    }
  }

  /**
   * How many samples there are.
   *
   * @return all of them
   */
  public long samples() {
    return samples;
  }

  /**
   * How many failed.
   *
   * @return as JMeter says
   */
  public long failed() {
    return failed;
  }

  /**
   * How many threads there are.
   *
   * @return by their names
   */
  public int threads() {
    return threads.size();
  }

  /**
   * When the run began.
   *
   * @return in ms since the epoch
   */
  public long first() {
    return first;
  }

  /**
   * How long it went on.
   *
   * @return in ms
   */
  public long length() {
    return Math.max(0, last - first);
  }

  /**
   * Counts over time.
   *
   * @return for a chart
   */
  public SampleCounts timeline() {
    return timeline;
  }

  /**
   * What was taken for token requests.
   *
   * @return label to count
   */
  public Map<String, Long> tokenLabels() {
    return tokenLabels;
  }

  /** What token requests were refused with, in the server's words. */
  Map<String, Long> tokenRefusals() {
    return tokenRefusals;
  }

  /** When, counted from the start of the run. */
  String when(long at) {
    return "+" + Durations.of(at - first);
  }
}
