package io.tollgate.tests.failures;

import io.tollgate.tests.Counts;
import io.tollgate.tests.JMeterRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The story of the sessions in real time, with Tollgate: 50 sessions a minute for ten and a half
 * minutes, each of a minute, 200 requests a session. Judged like the short form, and by what JMeter
 * holds in the end.
 *
 * <p>The heap has a fixed size and is touched at the start, so that resident memory grows only by
 * what lies outside of it: native memory, code, threads. What would pile up inside of it is bounded
 * by that size: ten minutes of it end in an OutOfMemoryError.
 */
public final class SustainedForTenMinutes {
  private static final Duration INTERVAL = Duration.ofSeconds(540);
  private static final int HEAP_MIB = 192;

  /**
   * JMeter alone, with the forum's answer, grows by 4 MiB in that time; 100,000 samples that each
   * leave 128 bytes behind are 12 MiB more.
   */
  static final long MOST_DRIFT_KIB = 16 * 1024;

  /** A session that begins while another ends makes one thread more, or two at a busy time. */
  static final long MOST_MORE_THREADS = 3;

  /** 50 sessions, 18 threads of JMeter and its JVM, Tollgate's own, and room for a busy time. */
  static final long MOST_THREADS = 50 + 18 + 12;

  private static final Column COLUMN =
      Sustained.TOLLGATE
          .named("ten-minutes", "Tollgate, in real time")
          .during((server, run) -> {})
          .with("sessions", 525)
          .with("duration", 630)
          .with("requests", 200)
          .with("pause.ms", 300)
          .with("tollgate.profile.demo.refresh_interval", INTERVAL.toSeconds() + "s")
          .flag("--lifetime", "20m")
          .jvm("-Xms" + HEAP_MIB + "m", "-Xmx" + HEAP_MIB + "m", "-XX:+AlwaysPreTouch");

  private final SustainedFootprint footprint = new SustainedFootprint();

  private SustainedForTenMinutes() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) {
    System.exit(new SustainedForTenMinutes().play() ? 0 : 1);
  }

  private boolean play() {
    say("50 sessions a minute, 630 s, in real time; a token is refreshed after 540 s");
    Played played = new Stage("failures", this::look).play(Sustained.STORY, COLUMN);
    say("");
    System.out.print(Sustained.STORY.table(List.of(played)).plain());
    say("  resident memory, last minute    %,d MiB", footprint.resident() / 1024);
    say("  more than in the second minute  %,d KiB of %,d", footprint.drift(), MOST_DRIFT_KIB);
    say("  threads, most                   %d of %d", footprint.mostThreads(), MOST_THREADS);
    say("  more than in the second minute  %d of %d", footprint.moreThreads(), MOST_MORE_THREADS);
    List<String> broken = new ArrayList<>(Sustained.broken(played, INTERVAL));
    broken.addAll(broken(footprint));
    if (!broken.isEmpty()) {
      say("Tollgate broke its promise: %s", String.join("; ", broken));
    }
    return broken.isEmpty();
  }

  /** What of the bounds on memory and threads was exceeded. */
  static List<String> broken(SustainedFootprint footprint) {
    List<String> broken = new ArrayList<>();
    if (!footprint.isLongEnough()) {
      return List.of("too short to judge");
    }
    if (footprint.drift() > MOST_DRIFT_KIB) {
      broken.add("resident memory grew by " + footprint.drift() + " KiB");
    }
    if (footprint.moreThreads() > MOST_MORE_THREADS) {
      broken.add("threads grew by " + footprint.moreThreads());
    }
    if (footprint.mostThreads() > MOST_THREADS) {
      broken.add(footprint.mostThreads() + " threads");
    }
    return broken;
  }

  private void look(Duration sinceStart, Counts counts, JMeterRun run) {
    footprint.look(run.pid(), sinceStart);
    if (sinceStart.toSeconds() % 60 < 5) {
      say(
          "  %3d s  %,7d API requests, %,3d x 401   %,3d token requests   %,d MiB, %d threads",
          sinceStart.toSeconds(),
          counts.apiRequests(),
          counts.unauthorized() + counts.unauthenticated(),
          counts.tokenRequests(),
          footprint.now().residentKib() / 1024,
          footprint.now().threads());
    }
  }

  private static void say(String format, Object... arguments) {
    System.out.println(String.format(Locale.ROOT, format, arguments));
  }
}
