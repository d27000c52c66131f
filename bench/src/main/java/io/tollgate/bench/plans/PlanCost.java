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
 * The cost of a plan's token: JMeter's processor time for a sample, beside the same plan with a
 * constant header. Blocks of the same number of requests alternate in random order within one
 * JMeter, and there are several JMeters: two starts of a JVM differ by more than the measured cost.
 *
 * <p>A variant without a script runs beside the constant header only, and is measured after
 * warm-up: the compilers take half of the processor time of the first seconds, and again for each
 * script.
 */
public final class PlanCost {
  /** Requests in a block: half a second's worth on two cores. */
  private static final int SAMPLES = 20_000;

  static final int[] THREADS = {50, 500};

  private static final int PAIRS = 20;
  private static final int PAIRS_IN_ONE_JVM = 10;

  /** Warm-up blocks of each variant. */
  private static final int WARM_UPS = 15;

  /** Pairs of the scripts: their difference is so large that fewer are enough. */
  private static final int PAIRS_OF_SCRIPTS = 4;

  private static final int WARM_UPS_OF_SCRIPTS = 3;

  private static final Duration LIMIT = Duration.ofMinutes(6);
  private static final long SEED = 42;

  private PlanCost() {}

  /**
   * Measures and writes {@code plans.json} after each JMeter, so an aborted run keeps its results.
   *
   * @param args the number of pairs; the default if empty
   */
  public static void main(String[] args) throws Exception {
    int pairs = args.length > 0 ? Integer.parseInt(args[0]) : PAIRS;
    Random chance = new Random(SEED);
    ObjectNode raw = Raw.object();
    raw.put("samples", SAMPLES).put("pairs", pairs);
    raw.put("goal", PlanVariant.plain().get(0).key());
    ObjectNode names = raw.putObject("names");
    names.put(PlanVariant.constant().key(), PlanVariant.constant().name());
    Stream.of(PlanVariant.plain(), PlanVariant.scripts())
        .flatMap(List::stream)
        .forEach(variant -> names.put(variant.key(), variant.name()));
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
          plain(
              PlanVariant.plain().get(0),
              done / PAIRS_IN_ONE_JVM + 1,
              pairs - done,
              threads,
              chance));
    }
    for (PlanVariant variant : PlanVariant.plain().subList(1, PlanVariant.plain().size())) {
      plans.add(plain(variant, 1, pairs, threads, chance));
    }
    List<PlanVariant> variants = new ArrayList<>(PlanVariant.scripts());
    variants.add(PlanVariant.constant());
    PlanFile scripts = new PlanFile("scripts", threads, SAMPLES / threads);
    scripts.fill(variants, WARM_UPS_OF_SCRIPTS, Math.min(pairs, PAIRS_OF_SCRIPTS), chance);
    plans.add(scripts);
    return plans;
  }

  private static PlanFile plain(
      PlanVariant variant, int jvm, int pairs, int threads, Random chance) {
    PlanFile plan = new PlanFile(variant.key() + "-" + jvm, threads, SAMPLES / threads);
    int here = Math.min(pairs, PAIRS_IN_ONE_JVM);
    plan.fill(List.of(PlanVariant.constant(), variant), WARM_UPS, here, chance);
    return plan;
  }

  /** Runs one JMeter; returns nanoseconds a sample of each variant's blocks, pair by pair. */
  private static ObjectNode measure(Path directory, TokenServer server, Nginx nginx, PlanFile plan)
      throws IOException {
    Path file = plan.write(directory.resolveSibling(directory.getFileName() + ".jmx"));
    FinishedRun run =
        JMeterRun.in(directory, file)
            .against(server.server())
            .set("nginx.port", nginx.port())
            .set("user.classpath", classes())
            .set(CpuMeter.FILE, directory.resolve("cpu.txt"))
            // As users run JMeter: all compilers, and a heap for hundreds of threads.
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

  /** The class path of the measuring element. */
  private static Path classes() {
    return Path.of(CpuMeter.class.getProtectionDomain().getCodeSource().getLocation().getPath());
  }

  private static ObjectNode costs(Path file, Set<String> labels) throws IOException {
    Set<String> counted = new HashSet<>(labels);
    ObjectNode costs = Raw.object();
    for (String line : Files.readAllLines(file)) {
      String[] words = line.split(" ");
      if (counted.remove(words[0])) {
        String variant = words[0].substring(0, words[0].indexOf('.'));
        costs.withArray("/" + variant).add(Double.parseDouble(words[1]) / SAMPLES);
        costs.withArray("/" + variant + "_elapsed").add(Double.parseDouble(words[2]) / SAMPLES);
      }
    }
    if (!counted.isEmpty()) {
      throw new IllegalStateException("no measurement of " + counted + "; see " + file);
    }
    return costs;
  }

  /** Fails if requests failed: failed requests are cheap. */
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
