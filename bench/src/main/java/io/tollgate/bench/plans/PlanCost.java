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
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What a way to a token costs a plan: the processor time that JMeter uses for a sample, beside the
 * same plan with a constant header. Blocks of the same number of requests alternate within one
 * JMeter, in an order that chance decides, and there are several JMeters: what differs between two
 * starts of a JVM is more than what is looked for.
 */
public final class PlanCost {
  /** Requests in a block: two seconds' worth on two cores. */
  private static final int SAMPLES = 20_000;

  static final int[] THREADS = {50, 500};

  /** Blocks of each way before those that count: the JVM still compiles. */
  private static final int WARM_UPS = 2;

  private static final int PAIRS = 20;
  private static final int PAIRS_IN_ONE_JVM = 10;

  /** Of the other ways: they are off by so much that fewer will do. */
  private static final int PAIRS_FOR_EACH_OTHER = 4;

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
    raw.put("goal", Way.others().get(0).key());
    ObjectNode names = raw.putObject("names");
    names.put(Way.constant().key(), Way.constant().name());
    Way.others().forEach(way -> names.put(way.key(), way.name()));
    long start = System.nanoTime();
    Path directory = Layout.build().resolve("bench");
    try (TokenServer server = TokenServer.start("plans");
        Nginx nginx = Nginx.start(directory.resolve("nginx"))) {
      for (int threads : THREADS) {
        int jvms = Math.max(1, (pairs + PAIRS_IN_ONE_JVM - 1) / PAIRS_IN_ONE_JVM);
        for (int jvm = 0; jvm < jvms; jvm++) {
          int here = pairs * (jvm + 1) / jvms - pairs * jvm / jvms;
          String name = "plan-" + threads + "-" + (jvm + 1);
          ObjectNode measured =
              measure(directory.resolve(name), server, nginx, threads, here, chance);
          raw.withArray("/threads_" + threads).add(measured);
          raw.put("took_seconds", (System.nanoTime() - start) / 1_000_000_000);
          Raw.write("plans", raw);
          System.out.println("plan: " + threads + " threads, JMeter " + (jvm + 1) + " of " + jvms);
        }
      }
    }
  }

  /** One JMeter; the processor time of each way's blocks in nanoseconds a sample, pair by pair. */
  private static ObjectNode measure(
      Path directory, TokenServer server, Nginx nginx, int threads, int pairs, Random chance)
      throws IOException {
    PlanFile plan = new PlanFile(threads, SAMPLES / threads);
    List<String> counted = new ArrayList<>();
    for (int pair = -WARM_UPS; pair < pairs; pair++) {
      List<Way> round = new ArrayList<>(List.of(Way.constant()));
      round.addAll(pair < PAIRS_FOR_EACH_OTHER ? Way.others() : Way.others().subList(0, 1));
      Collections.shuffle(round, chance);
      for (Way way : round) {
        String label = way.key() + "." + (pair + WARM_UPS);
        plan.add(label, way);
        if (pair >= 0) {
          counted.add(label);
        }
      }
    }
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
    return costs(directory.resolve("cpu.txt"), counted);
  }

  /** Where the element that measures is; nothing else of this project is needed in JMeter. */
  private static Path classes() {
    return Path.of(CpuMeter.class.getProtectionDomain().getCodeSource().getLocation().getPath());
  }

  private static ObjectNode costs(Path file, List<String> counted) throws IOException {
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
