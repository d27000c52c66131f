package io.tollgate.tests;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a JMeter run left behind. */
public final class FinishedRun {
  private static final Pattern START = Pattern.compile("Starting standalone test @.*\\((\\d+)\\)");

  private final Path directory;
  private final int exitCode;
  private final Duration took;
  private final Duration ending;
  private Results results;

  FinishedRun(Path directory, int exitCode, Duration took, Duration ending) {
    this.directory = directory;
    this.exitCode = exitCode;
    this.took = took;
    this.ending = ending;
  }

  public int exitCode() {
    return exitCode;
  }

  /** From the start of the JVM to its end. */
  public Duration took() {
    return took;
  }

  /** From when its end was first waited for. */
  public Duration ending() {
    return ending;
  }

  /** When the threads were started, in ms since the epoch. */
  public long startMillis() {
    Matcher start = START.matcher(console());
    if (!start.find()) {
      throw new AssertionError("JMeter never started the test; see " + directory);
    }
    return Long.parseLong(start.group(1));
  }

  public String console() {
    return JMeterRun.read(directory.resolve("console.txt"));
  }

  /** jmeter.log. */
  public String log() {
    return JMeterRun.read(directory.resolve("jmeter.log"));
  }

  /** The lines of jmeter.log that sum a profile up. */
  public List<String> summaries(String profile) {
    return log()
        .lines()
        .filter(line -> line.contains("'" + profile + "'") && line.contains("longest wait"))
        .toList();
  }

  /** The JTL as text. */
  public String jtl() {
    return JMeterRun.read(directory.resolve("results.jtl"));
  }

  /** The token requests that Tollgate wrote to a JTL of their own. */
  public Results tokenRequests(String file) {
    return Results.read(directory.resolve(file));
  }

  /** What Tollgate tells of the run. */
  public String report() {
    return JMeterRun.read(directory.resolve("tollgate-report.html"));
  }

  /** The JTL as samples. */
  public Results results() {
    if (results == null) {
      results = Results.read(directory.resolve("results.jtl"));
    }
    return results;
  }

  public Path directory() {
    return directory;
  }
}
