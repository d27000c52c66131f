package io.tollgate.bench.start;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollgate.bench.TokenServer;
import io.tollgate.bench.waves.Raw;
import io.tollgate.tests.FinishedRun;
import io.tollgate.tests.JMeterHome;
import io.tollgate.tests.JMeterRun;
import io.tollgate.tests.Layout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Enumeration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What Tollgate adds to a start of JMeter: a plan of one sample, each time in a new JMeter,
 * alternately with the element and without the jar. Two starts of a JVM differ by more than the
 * measured cost, so Tollgate's own log and the first authorization are measured too.
 */
public final class StartCost {
  private static final int STARTS = 10;
  private static final Duration LIMIT = Duration.ofSeconds(90);

  /** The engine's line at DEBUG: total, native library, rest. */
  private static final Pattern STARTED =
      Pattern.compile("engine started in (\\d+) ms: (\\d+) for the native library, (\\d+) for");

  /** The line at DEBUG of the first thread that needs it. */
  private static final Pattern WAITED =
      Pattern.compile("needed Tollgate's engine waited (\\d+) ms");

  private StartCost() {}

  /**
   * Measures and writes {@code start.json}, after each pair: a run that is cut off keeps what it
   * has.
   *
   * @param args how many starts, if not the usual number
   */
  public static void main(String[] args) throws Exception {
    int starts = args.length > 0 ? Integer.parseInt(args[0]) : STARTS;
    Path directory = Files.createDirectories(Layout.build().resolve("bench").resolve("start"));
    Path with = plan(directory.resolve("with.jmx"), text("with.xml"));
    Path without = plan(directory.resolve("without.jmx"), "");
    Path log = Files.writeString(directory.resolve("log4j2.xml"), text("log4j2.xml"));
    ObjectNode raw = sizes(Raw.object());
    try (TokenServer server = TokenServer.start("start")) {
      for (int i = -1; i < starts; i++) { // the first reads the files from the disk
        FinishedRun plain =
            run(
                JMeterRun.in(directory.resolve("plain"), without).home(JMeterHome.untouched()),
                server);
        FinishedRun own =
            run(
                JMeterRun.in(directory.resolve("own"), with)
                    .set("user.classpath", classes())
                    .set(StartMeter.FILE, directory.resolve("own").resolve("start.txt"))
                    .jvm("-Dlog4j.configurationFile=" + log),
                server);
        if (i >= 0) {
          raw.withArray("/without_millis").add(plain.took().toMillis());
          raw.withArray("/with_millis").add(own.took().toMillis());
          add(raw, own);
          Raw.write("start", raw);
        }
        System.out.println("start: " + (i < 0 ? "warm-up" : "pair " + (i + 1)));
      }
    }
  }

  private static FinishedRun run(JMeterRun.Builder builder, TokenServer server) {
    // As JMeter is run: all compilers.
    FinishedRun run = builder.against(server.server()).jvm("-XX:TieredStopAtLevel=4").run(LIMIT);
    if (run.exitCode() != 0) {
      throw new IllegalStateException(
          "JMeter ended with " + run.exitCode() + "; see " + run.directory());
    }
    return run;
  }

  private static void add(ObjectNode raw, FinishedRun run) throws IOException {
    Matcher told = STARTED.matcher(run.log());
    Matcher waited = WAITED.matcher(run.log());
    if (!told.find() || !waited.find() || !run.jtl().contains(",200,")) {
      throw new IllegalStateException("no start, or no token; see " + run.directory());
    }
    raw.withArray("/engine_millis").add(Integer.parseInt(told.group(1)));
    raw.withArray("/waited_millis").add(Integer.parseInt(waited.group(1)));
    raw.withArray("/library_millis").add(Integer.parseInt(told.group(2)));
    raw.withArray("/network_millis").add(Integer.parseInt(told.group(3)));
    String first = Files.readString(run.directory().resolve("start.txt"));
    raw.withArray("/first_millis").add(Long.parseLong(first) / 1e6);
  }

  /** Of the jar, and of what in it is not Java. */
  private static ObjectNode sizes(ObjectNode raw) throws IOException {
    raw.put("jar_bytes", Files.size(Layout.jar()));
    try (ZipFile jar = new ZipFile(Layout.jar().toFile())) {
      for (Enumeration<? extends ZipEntry> all = jar.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        if (entry.getName().startsWith("native/") && !entry.isDirectory()) {
          String what = entry.getName().contains("authserver") ? "server" : "library";
          raw.put(what + "_bytes", entry.getSize());
          raw.put(what + "_packed_bytes", entry.getCompressedSize());
        }
      }
    }
    return raw;
  }

  private static Path plan(Path file, String element) throws IOException {
    return Files.writeString(file, text("plan.xml").replace("@ELEMENT@", element));
  }

  /** Where the element that measures is. */
  private static Path classes() {
    return Path.of(StartMeter.class.getProtectionDomain().getCodeSource().getLocation().getPath());
  }

  private static String text(String file) throws IOException {
    try (InputStream in = StartCost.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
