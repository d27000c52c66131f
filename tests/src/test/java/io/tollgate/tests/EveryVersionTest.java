package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The jar in each JMeter and on each JDK that docs/compatibility.md names. Its table is what is
 * seen here: {@code -PwriteGuide} writes it anew, else it must be the same. What this machine has
 * no JDK for is left as it is, and said.
 */
class EveryVersionTest {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final List<String> JMETERS = List.of("5.4.3", "5.5", Layout.jmeterVersion());
  private static final List<Integer> JDKS = List.of(11, 17, 21, 25);

  /** Plans, each with the labels of its samples: every way to a token that there is. */
  private static final Map<String, List<String>> PLANS =
      Map.of("every-way.jmx", List.of("token", "function", "script", "element"));

  private static final int THREADS = 5;
  private static final int LOOPS = 4;

  private static final String BEGIN = "<!-- versions:begin -->\n";
  private static final String END = "<!-- versions:end -->";

  @Test
  void thePageSaysWhatIsSeen() throws IOException {
    Path page = Layout.doc("compatibility.md");
    String text = Files.readString(page);
    int from = text.indexOf(BEGIN) + BEGIN.length();
    int to = text.indexOf(END);
    String table = table(cells(text.substring(from, to)));
    if (Boolean.getBoolean("tollgate.test.write")) {
      Files.writeString(page, text.substring(0, from) + table + text.substring(to));
    } else {
      assertEquals(text.substring(from, to), table, "write it anew with -PwriteGuide, or mend it");
    }
  }

  /** What was written of a pair, which stays where nothing can be seen. */
  private static Map<String, String> cells(String table) {
    Map<String, String> cells = new TreeMap<>();
    table
        .lines()
        .skip(2)
        .map(row -> row.split(" *\\| *"))
        .forEach(
            row -> {
              for (int i = 0; i < JDKS.size() && i + 2 < row.length; i++) {
                cells.put(row[1] + " " + JDKS.get(i), row[i + 2]);
              }
            });
    return cells;
  }

  private static String table(Map<String, String> written) {
    Map<Integer, Path> jdks = Jdks.found();
    StringBuilder table = new StringBuilder("| JMeter |");
    JDKS.forEach(jdk -> table.append(" JDK ").append(jdk).append(" |"));
    table.append("\n|---|").append("---|".repeat(JDKS.size())).append('\n');
    for (String jmeter : JMETERS) {
      JMeterHome home = JMeterHome.of(Layout.jmeter(jmeter), "jmeter-" + jmeter, true);
      table.append("| ").append(jmeter).append(" |");
      for (int jdk : JDKS) {
        if (!jdks.containsKey(jdk)) {
          System.out.println("no JDK " + jdk + " here: its column stays as it was");
        }
        String cell =
            jdks.containsKey(jdk)
                ? seen(jmeter + "-" + jdk, home, jdks.get(jdk))
                : written.getOrDefault(jmeter + " " + jdk, "not tried");
        table.append(' ').append(cell).append(" |");
      }
      table.append('\n');
    }
    return table.toString();
  }

  /** What works there, in the words of the table. */
  private static String seen(String name, JMeterHome home, Path jdk) {
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, List<String>> plan : PLANS.entrySet()) {
      List<String> labels = plan.getValue();
      try (AuthServer server = AuthServer.start("version-" + name, "--lifetime", "10m")) {
        FinishedRun run =
            JMeterRun.of("version-" + name, plan.getKey())
                .home(home)
                .jdk(jdk)
                .against(server)
                .set("threads", THREADS)
                .set("loops", LOOPS)
                .run(LIMIT);
        if (run.exitCode() != 0) {
          wrong.add("JMeter ends with " + run.exitCode());
        }
        Map<String, Long> good =
            run.results().samples().stream()
                .filter(Sample::success)
                .collect(Collectors.groupingBy(Sample::label, Collectors.counting()));
        for (String label : labels) {
          if (good.getOrDefault(label, 0L) != THREADS * LOOPS) {
            wrong.add("no " + label);
            System.out.println(name + ": " + run.results().failures() + "; see " + run.directory());
          }
        }
        if (server.counts().tokenRequests() != 1) {
          wrong.add(server.counts().tokenRequests() + " token requests");
        }
        long authorized = labels.stream().filter(label -> !label.equals("token")).count();
        if (server.counts().apiOk() != authorized * THREADS * LOOPS) {
          wrong.add(server.counts().apiOk() + " requests let in");
        }
        if (run.summaries("demo").size() != 1) {
          wrong.add("no line at the end of the log");
        }
      }
    }
    return wrong.isEmpty() ? "works" : String.join(", ", wrong);
  }

  /** As a build plugin or a test framework has it, with an older copy of the jar first. */
  @Test
  void twoCopiesOnAPlainClassPathAreOne() throws IOException {
    Path copy =
        Files.copy(
            Layout.jar(),
            Files.createDirectories(Layout.build().resolve("system").resolve("copies"))
                .resolve("jmeter-tollgate-0.0.0.jar"),
            java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    try (AuthServer server = AuthServer.start("embedded-twice", "--lifetime", "10m")) {
      FinishedRun run =
          JMeterRun.of("embedded-twice", "every-way.jmx")
              .before(copy)
              .against(server)
              .set("threads", THREADS)
              .set("loops", LOOPS)
              .embedded(2)
              .run(LIMIT);
      assertEquals(0, run.exitCode(), () -> "see " + run.directory());
      assertEquals(0, run.results().failed().size(), () -> "failed: " + run.results().failures());
      assertEquals(2 * 4 * THREADS * LOOPS, run.results().count(), "samples");
      assertEquals(1, server.counts().tokenRequests(), "token requests of both runs");
      assertTrue(run.log().contains("longest wait"), "the line at the end");
    }
  }
}
