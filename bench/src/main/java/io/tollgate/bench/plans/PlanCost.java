package io.tollgate.bench.plans;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollgate.bench.TokenServer;
import io.tollgate.bench.waves.Raw;
import io.tollgate.tests.FinishedRun;
import io.tollgate.tests.JMeterRun;
import io.tollgate.tests.Layout;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a way to a token costs a plan: the processor time that JMeter uses for a sample, beside the
 * same plan with a constant header. Blocks of the same number of requests alternate within one
 * JMeter, in an order that chance decides, and there are several JMeters: what differs between two
 * starts of a JVM is more than what is looked for.
 *
 * <p>A way without a script is alone with the constant header in its JMeter, and is measured when
 * the compilers are done: they take half of the processor time of the first seconds, and begin anew
 * for each script.
 */
public final class PlanCost {
  /** Requests in a block: half a second's worth on two cores. */
  private static final int SAMPLES = 20_000;

  static final int[] THREADS = {50, 500};

  private static final int PAIRS = 20;
  private static final int PAIRS_IN_ONE_JVM = 10;

  /** Blocks of each way before those that count: the JVM still compiles. */
  private static final int WARM_UPS = 15;

  /** Of the scripts: they are off by so much that fewer will do. */
  private static final int PAIRS_OF_SCRIPTS = 4;

  private static final int WARM_UPS_OF_SCRIPTS = 3;

  private static final Duration LIMIT = Duration.ofMinutes(6);
  private static final long SEED = 42;

  private PlanCost() {}

  /**
   * Measures and writes {@code plans.json}, after each JMeter: a run that is cut off keeps what it
   * has.
   *
   * @param args how many pairs, if not the usual number
   */
  public static void main(String[] args) throws Exception {
    int pairs = args.length > 0 ? Integer.parseInt(args[0]) : PAIRS;
    Random chance = new Random(SEED);
    ObjectNode raw = Raw.object();
    raw.put("samples", SAMPLES).put("pairs", pairs);
    raw.put("goal", Way.plain().get(0).key());
    ObjectNode names = raw.putObject("names");
    names.put(Way.constant().key(), Way.constant().name());
    Stream.of(Way.plain(), Way.scripts())
        .flatMap(List::stream)
        .forEach(way -> names.put(way.key(), way.name()));
    long start = System.nanoTime();
    Path directory = Layout.build().resolve("bench");
    try (TokenServer server = TokenServer.start("plans");
        Nginx nginx = Nginx.start(directory.resolve("nginx"))) {
      for (int threads : THREADS) {
        for (PlanFile plan : plans(threads, pairs, chance)) {
          String name = "plan-" + threads + "-" + plan.name();
          ObjectNode measured = measure(directory.resolve(name), server, nginx, plan);
          raw.withArray("/threads_" + threads).add(measured);
          raw.put("took_seconds", (System.nanoTime() - start) / 1_000_000_000);
          Raw.write("plans", raw);
          System.out.println("plan: " + threads + " threads, " + plan.name());
        }
      }
    }
  }

  /** A plan for each JMeter. */
  private static List<PlanFile> plans(int threads, int pairs, Random chance) {
    List<PlanFile> plans = new ArrayList<>();
    for (int done = 0; done < pairs; done += PAIRS_IN_ONE_JVM) {
      plans.add(
          plain(Way.plain().get(0), done / PAIRS_IN_ONE_JVM + 1, pairs - done, threads, chance));
    }
    for (Way way : Way.plain().subList(1, Way.plain().size())) {
      plans.add(plain(way, 1, pairs, threads, chance));
    }
    List<Way> ways = new ArrayList<>(Way.scripts());
    ways.add(Way.constant());
    PlanFile scripts = new PlanFile("scripts", threads, SAMPLES / threads);
    scripts.fill(ways, WARM_UPS_OF_SCRIPTS, Math.min(pairs, PAIRS_OF_SCRIPTS), chance);
    plans.add(scripts);
    return plans;
  }

  private static PlanFile plain(Way way, int jvm, int pairs, int threads, Random chance) {
    PlanFile plan = new PlanFile(way.key() + "-" + jvm, threads, SAMPLES / threads);
    int here = Math.min(pairs, PAIRS_IN_ONE_JVM);
    plan.fill(List.of(Way.constant(), way), WARM_UPS, here, chance);
    return plan;
  }

  /** One JMeter; the processor time of each way's blocks in nanoseconds a sample, pair by pair. */
  private static ObjectNode measure(Path directory, TokenServer server, Nginx nginx, PlanFile plan)
      throws IOException {
    Path file = plan.write(directory.resolveSibling(directory.getFileName() + ".jmx"));
    FinishedRun run =
        JMeterRun.in(directory, file)
            .against(server.server())
            .set("nginx.port", nginx.port())
            .set("user.classpath", classes())
            .set(CpuMeter.FILE, directory.resolve("cpu.txt"))
            // As JMeter is run: all compilers, and a heap that suits hundreds of threads.
            .jvm("-XX:TieredStopAtLevel=4")
            .jvm("-Xms1g")
            .jvm("-Xmx1g")
            .run(LIMIT);
    if (run.exitCode() != 0) {
      throw new IllegalStateException("JMeter ended with " + run.exitCode() + "; see " + directory);
    }
    allAnswered(directory.resolve("results.jtl"), (long) plan.size() * SAMPLES);
    return costs(directory.resolve("cpu.txt"), plan.counted());
  }

  /** Where the element that measures is; nothing else of this project is needed in JMeter. */
  private static Path classes() {
    return Path.of(CpuMeter.class.getProtectionDomain().getCodeSource().getLocation().getPath());
  }

  private static ObjectNode costs(Path file, Set<String> labels) throws IOException {
    Set<String> counted = new HashSet<>(labels);
    ObjectNode costs = Raw.object();
    for (String line : Files.readAllLines(file)) {
      String[] words = line.split(" ");
      if (counted.remove(words[0])) {
        String way = words[0].substring(0, words[0].indexOf('.'));
        costs.withArray("/" + way).add(Double.parseDouble(words[1]) / SAMPLES);
        costs.withArray("/" + way + "_elapsed").add(Double.parseDouble(words[2]) / SAMPLES);
      }
    }
    if (!counted.isEmpty()) {
      throw new IllegalStateException("no measurement of " + counted + "; see " + file);
    }
    return costs;
  }

  /** A plan whose requests fail is cheap, and says nothing. */
  private static void allAnswered(Path jtl, long expected) throws IOException {
    long answered = 0;
    try (BufferedReader lines = Files.newBufferedReader(jtl)) {
      lines.readLine(); // the names
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] fields = line.split(",", 5);
        if (!fields[3].equals("200")) {
          throw new IllegalStateException("a sample failed: " + line);
        }
        answered += fields[2].equals("api") ? 1 : 0;
      }
    }
    if (answered != expected) {
      throw new IllegalStateException(answered + " samples instead of " + expected);
    }
    Files.delete(jtl); // tens of megabytes, and all it could tell is told
  }
}
