package io.tollgate.jmeter.report;

import io.tollgate.cli.jtl.NotAJtl;
import io.tollgate.engine.Log;
import io.tollgate.run.Hosts;
import io.tollgate.run.Journal;
import io.tollgate.text.LocalClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.List;

/**
 * Leaves the page of a run where the run was started: {@code tollgate-report.html}, or what {@code
 * tollgate.report} says. Without a word from the user only headless runs leave one: in the GUI a
 * run is an attempt, and there is the Monitor.
 *
 * <p>A page of an earlier run is replaced, any other file is left alone. What goes wrong is one
 * line in the log; never throws.
 */
public final class RunReport {
  static final String PROPERTY = "tollgate.report";
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");
  private static final String DEFAULT = "tollgate-report.html";

  /** Larger results take too long to read at the end of a run; {@code explain} reads them. */
  private static final long LARGEST_RESULTS = 256L << 20;

  private static volatile List<Path> results = Collections.emptyList();

  private RunReport() {}

  /** A run begins, whose results are open. */
  public static void begin() {
    results = ResultFiles.open();
  }

  /**
   * The run has ended: writes its page, if one is wanted and a profile was used.
   *
   * @param headless whether JMeter runs without a window
   */
  public static void write(boolean headless) {
    String where = where(Hosts.current().property(PROPERTY), headless);
    if (where == null) {
      return;
    }
    try {
      Journal.Page page = Journal.read(0);
      RunHistory story =
          RunHistory.of(
              page.entries(), page.lost(), System.currentTimeMillis(), UsedProfiles.ofLastRun());
      if (!story.credentials().isEmpty()) {
        Path path = Paths.get(where).toAbsolutePath();
        LocalClock clock = new LocalClock(ZoneId.systemDefault());
        write(path, ReportPage.of(story, clock, samples(story)));
        Log.info("Tollgate: what became of the tokens of this run: " + path);
      }
    } catch (IOException | RuntimeException e) {
      Log.warn(
          "Tollgate: no report of this run could be written to "
              + where
              + " ("
              + PROPERTY
              + "): "
              + (e instanceof InvalidPathException ? "not a path" : e));
    }
  }

  /** The samples of the run; {@code null} if its results are not at hand. */
  private static SampleTimeline samples(RunHistory story) {
    Path path = ResultFiles.largest(results);
    if (path == null || path.toFile().length() > LARGEST_RESULTS) {
      return null;
    }
    try {
      SampleTimeline samples = SampleTimeline.read(path, story.start(), story.end());
      return samples.samples() == 0 ? null : samples;
    } catch (IOException | NotAJtl | RuntimeException e) {
      Log.info("Tollgate: the report has no samples, " + path + " can't be read: " + e);
      return null;
    }
  }

  /** Where a page goes, {@code null} if none is wanted. */
  static String where(String property, boolean headless) {
    String said = property == null ? "" : property.trim();
    if (said.isEmpty()) {
      return headless ? DEFAULT : null;
    }
    return "off".equalsIgnoreCase(said) ? null : filled(said, processId(), LocalDateTime.now());
  }

  /** With the number of the process for {@code %p} and the time for {@code %t}. */
  static String filled(String name, String process, LocalDateTime now) {
    return name.replace("%p", process).replace("%t", now.format(TIME));
  }

  /** The only way to it that Java 8 has. */
  private static String processId() {
    return ManagementFactory.getRuntimeMXBean().getName().replaceFirst("@.*", "");
  }

  /** Whole or not at all: a page that was cut off by a full disk would be believed. */
  static void write(Path path, String page) throws IOException {
    if (Files.exists(path) && !isOurs(path)) {
      throw new IOException("the file that is there is no report of Tollgate; it was left alone");
    }
    Path part = path.resolveSibling(path.getFileName() + "." + processId() + ".part");
    try {
      Files.write(part, page.getBytes(StandardCharsets.UTF_8));
      Files.move(part, path, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static boolean isOurs(Path path) throws IOException {
    // Latin-1 reads any bytes; only the first line matters.
    try (BufferedReader lines = Files.newBufferedReader(path, StandardCharsets.ISO_8859_1)) {
      return ReportPage.MARK.equals(lines.readLine());
    }
  }
}
