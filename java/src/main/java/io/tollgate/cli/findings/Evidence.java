package io.tollgate.cli.findings;

import io.tollgate.cli.findings.PlanThreads.PlanThread;
import io.tollgate.cli.findings.SampleCounts.Series;
import io.tollgate.cli.jtl.JtlSample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What is kept of the samples of one run as they go by: counts in time, and those that have to do
 * with tokens and limits one by one. Never a header, never a body. All of it is bounded.
 */
public final class Evidence {
  /** What Tollgate's own Java Request says: it waits for a token and fetches none. */
  private static final Pattern WAIT = Pattern.compile("(cached|fetched), generation.*");

  /** The sum of a Transaction Controller, which is a sample of its own beside those in it. */
  private static final String TRANSACTION = "Number of samples in transaction";

  /** Labels of token requests that are counted one by one. */
  private static final int LABELS = 200;

  private final TokenNames names;
  private final Facts facts;
  private final PlanThreads.Ids ids = new PlanThreads.Ids();
  private final List<Injector> injectors = new ArrayList<>();
  private final Map<String, Long> tokenLabels = new LinkedHashMap<>();
  private int nameless;

  final SampleTimes tokens = new SampleTimes();
  final SampleTimes refused = new SampleTimes();
  final SampleTimes throttled = new SampleTimes();

  /** Of samples that are no token requests. */
  final FailureKinds failures = new FailureKinds();

  final FailureKinds tokenFailures = new FailureKinds();
  final SampleCounts timeline = new SampleCounts();
  final WithoutToken withoutToken = new WithoutToken();
  final NamedWaits waits = new NamedWaits();
  final RefusedTail tail = new RefusedTail();
  long samples;
  long failed;
  long api;
  long apiGood;

  /** When the first sample failed that is no token request. */
  long firstFailed = Long.MAX_VALUE;

  long first = Long.MAX_VALUE;
  long last = Long.MIN_VALUE;

  /** What there is to say of all files of a run, however many. */
  public static final class Facts {
    /** Whether samples have times. */
    public final boolean timed;

    /** Whether samples name their threads. */
    public final boolean threaded;

    /** How exact the times are, in ms. */
    public final long resolution;

    /**
     * Describes the files.
     *
     * @param timed whether all have times
     * @param threaded whether all name threads
     * @param resolution of the least exact times, in ms
     */
    public Facts(boolean timed, boolean threaded, long resolution) {
      this.timed = timed;
      this.threaded = threaded;
      this.resolution = resolution;
    }
  }

  /**
   * Gathers nothing yet.
   *
   * @param label what the labels or URLs of token requests match, {@code null} for what they mostly
   *     do
   * @param machines of the run by name, that of their results
   * @param facts of the files
   */
  public Evidence(Pattern label, List<String> machines, Facts facts) {
    this.names = new TokenNames(label);
    this.facts = facts;
    for (String name : machines) {
      injectors.add(new Injector(name, new PlanThreads(ids, injectors.size())));
    }
  }

  /**
   * Takes one sample.
   *
   * @param sample of the run
   * @param machine its number among those of the run
   */
  public void accept(JtlSample sample, int machine) {
    Injector injector = injectors.get(machine);
    PlanThread thread = injector.threads.named(sample.thread);
    if (isSumOf(sample, thread)) {
      return;
    }
    thread.lastStart = sample.start;
    int id = sample.thread.isEmpty() ? nameless++ & 0xFFFFF : thread.id;
    boolean token = isToken(sample);
    samples += sample.count;
    injector.samples += sample.count;
    failed += sample.failures;
    injector.failed += sample.failures;
    first = Math.min(first, sample.start);
    last = Math.max(last, sample.end);
    timeline.count(Series.BEGUN, sample.start, sample.count);
    timeline.count(seriesOf(sample), sample.end, sample.count);
    if (token) {
      token(sample, injector, thread, id);
    } else {
      api(sample, injector, thread, id);
    }
    limits(sample, injector, id, token ? 1 : 0);
  }

  /** Whether it is the sum of a transaction whose samples are in the file too. */
  private static boolean isSumOf(JtlSample sample, PlanThread thread) {
    return sample.message.startsWith(TRANSACTION)
        && thread.lastStart >= sample.start
        && thread.lastStart <= sample.end;
  }

  private boolean isToken(JtlSample sample) {
    if (sample.ofJournal) {
      return true;
    }
    return (names.isToken(sample.label, sample.url) || sample.grantsToken && !names.areGiven())
        && (names.areGiven() || !WAIT.matcher(sample.message).matches());
  }

  private void token(JtlSample sample, Injector injector, PlanThread thread, int id) {
    tokens.add(sample.start, sample.end, id, sample.success);
    injector.tokenRequests++;
    injector.tokensGranted += sample.success ? 1 : 0;
    timeline.count(Series.TOKEN, sample.start, sample.count);
    if (tokenLabels.size() < LABELS || tokenLabels.containsKey(sample.label)) {
      tokenLabels.merge(sample.label, 1L, Long::sum);
    } else {
      tokenLabels.merge(FindingText.of("run.labels_beyond"), 1L, Long::sum);
    }
    if (!sample.success) {
      tokenFailures.add(sample);
    }
    withoutToken.asked(sample, thread);
  }

  private void api(JtlSample sample, Injector injector, PlanThread thread, int id) {
    api += sample.count;
    apiGood += sample.count - sample.failures;
    if (sample.failures > 0) {
      firstFailed = Math.min(firstFailed, sample.start);
      failures.add(sample);
    }
    boolean isRefused = sample.code.equals("401");
    if (isRefused) {
      injector.refused++;
    }
    if (withoutToken.isCauseOf(sample, thread, id, facts.threaded)) {
      return;
    }
    tail.add(sample, isRefused, facts.timed);
    if (isRefused) {
      refused.add(sample.end, sample.end, id, false);
    }
  }

  private void limits(JtlSample sample, Injector injector, int id, int side) {
    long wait = waits.hear(sample, side);
    if (sample.code.equals("429") || wait >= 0) {
      injector.throttled++;
      throttled.add(sample.end, sample.end, id, wait >= 0);
    }
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
   * @return all of them, without sums of others
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
   * @return by their names and files, 0 if the files do not name them
   */
  public int threads() {
    return facts.threaded ? ids.count() : 0;
  }

  /** Whether there were more threads than are told apart. */
  boolean hasMoreThreads() {
    return ids.isCut();
  }

  /**
   * Describes the files.
   *
   * @return of all of them
   */
  public Facts facts() {
    return facts;
  }

  /**
   * Lists the files.
   *
   * @return in their order
   */
  public List<Injector> injectors() {
    return Collections.unmodifiableList(injectors);
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

  /** Things that happen within this time happen at once. */
  long close(long millis) {
    return Math.max(millis, facts.resolution - 1);
  }

  /** The file of a thread, {@code null} if it is not known. */
  Injector injectorOf(int thread) {
    int file = facts.threaded ? ids.fileOf(thread) : -1;
    return file < 0 ? null : injectors.get(file);
  }

  /** When, counted from the start of the run. */
  String when(long at) {
    return "+" + FindingText.duration(at - first);
  }

  /** A clause about the first of several, empty if there are no times. */
  String firstAt(long at) {
    return facts.timed ? FindingText.of("first_at", when(at)) : "";
  }

  /** How many threads had a part in something, empty if the files do not name them. */
  String ofThreads(long count) {
    return facts.threaded ? FindingText.counted("of_threads", count) : "";
  }
}
