package io.tollgate.tests.chaos;

import io.tollgate.tests.FinishedRun;
import io.tollgate.tests.JMeterHome;
import io.tollgate.tests.JMeterRun;
import io.tollgate.tests.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * A JMeter with several profiles, in runs that follow each other in one JVM, against servers behind
 * a proxy that disturbs exchanges, while servers are restarted and secrets replaced: all from one
 * seed.
 */
public final class Chaos {
  /** What JMeter's JVM has and touches at its start, so that only what lies outside can grow. */
  private static final int HEAP_MIB = 160;

  private static final int THREADS_OF_PROFILE = 2;
  private static final Duration END_LIMIT = Duration.ofMinutes(5);

  private final long seed;
  private final Duration length;
  private final Path directory;
  private final FaultPlan plan;
  private final Map<Target, ProxiedServer> servers = new LinkedHashMap<>();

  /** In nanoseconds; 0 before the load begins. */
  private volatile long began;

  Chaos(long seed, Duration length) throws IOException {
    this.seed = seed;
    this.length = length;
    this.plan = FaultPlan.of(seed, length);
    directory = Layout.build().resolve("chaos").resolve(Long.toString(seed)).resolve("servers");
    JMeterHome.delete(directory);
    Files.createDirectories(directory);
  }

  /** Takes the length in seconds and the seed; without a seed one is drawn. */
  public static void main(String[] arguments) throws Exception {
    Duration length = Duration.ofSeconds(Long.parseLong(arguments[0]));
    long seed =
        arguments.length > 1 && !arguments[1].isEmpty()
            ? Long.parseLong(arguments[1])
            : new Random().nextInt(1_000_000);
    System.out.println("chaos for " + length.toSeconds() + " s, SEED=" + seed);
    ChaosResult result = new Chaos(seed, length).play();
    System.out.print(result.figures());
    result.broken().forEach(broken -> System.out.println("BROKEN: " + broken));
    System.exit(result.broken().isEmpty() ? 0 : 1);
  }

  ChaosResult play() throws IOException, InterruptedException {
    try {
      for (Target target : Target.values()) {
        ProxiedServer server = prepare(target);
        servers.put(target, server);
        server.start();
      }
      return load();
    } finally {
      for (ProxiedServer server : servers.values()) {
        server.close();
      }
    }
  }

  private ProxiedServer prepare(Target target) throws IOException {
    Map<String, String> secrets = ProxiedServer.secrets(target, directory);
    ChaosServer server =
        target == Target.AUTHSERVER
            ? new AuthServerTarget("chaos-" + seed, secrets)
            : new Keycloak(Layout.keycloak(), directory.resolve("keycloak"), secrets);
    FaultProxy proxy =
        new FaultProxy(
            new Ledger(),
            (random, route) ->
                began == 0 ? Optional.empty() : plan.draw(random, now(), target, route),
            seed + target.ordinal());
    return new ProxiedServer(target, server, proxy, directory, secrets);
  }

  private Duration now() {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private ChaosResult load() throws IOException, InterruptedException {
    try (JMeterRun run = builder().start()) {
      run.awaitStart();
      began = System.nanoTime();
      List<Thread> incidents = Arrays.stream(Target.values()).map(this::startIncidents).toList();
      FinishedRun finished = run.finish(length.plus(END_LIMIT));
      for (Thread thread : incidents) {
        thread.interrupt();
        thread.join();
      }
      return ChaosResult.of(plan, finished, servers);
    }
  }

  private JMeterRun.Builder builder() {
    List<ChaosProfile> profiles = List.of(ChaosProfile.values());
    long longestRun = Math.min(Pace.RUN.toSeconds(), Math.max(6, length.toSeconds() / 12));
    JMeterRun.Builder builder =
        JMeterRun.in(directory.resolveSibling("jmeter"), "chaos.jmx")
            .home(JMeterHome.of(Layout.jmeter(), "chaos-" + seed, true))
            .embedded(
                "chaos.groovy",
                Long.toString(length.toSeconds()),
                Long.toString(longestRun),
                Long.toString(seed),
                profiles.stream().map(ChaosProfile::key).collect(Collectors.joining(",")))
            .jvm("-Xms" + HEAP_MIB + "m")
            .jvm("-Xmx" + HEAP_MIB + "m")
            .jvm("-XX:+AlwaysPreTouch")
            .set("tollgate.samples", "file")
            .set("tollgate.samples.file", "tokens.jtl")
            .set("tollgate.report", "off")
            .set("threads", profiles.size() * THREADS_OF_PROFILE)
            .set("timeout", Pace.REQUEST_TIMEOUT.toMillis())
            .set("pause.min", 200)
            .set("pause.range", 600);
    profiles.forEach(profile -> servers.get(profile.target()).configure(builder, profile));
    List<ChaosProfile> ofThreads = new ArrayList<>();
    Collections.nCopies(THREADS_OF_PROFILE, profiles).forEach(ofThreads::addAll);
    for (int thread = 1; thread <= ofThreads.size(); thread++) {
      ChaosProfile profile = ofThreads.get(thread - 1);
      ProxiedServer server = servers.get(profile.target());
      builder
          .set("chaos." + thread + ".profile", profile.key())
          .set("chaos." + thread + ".port", server.port())
          .set("chaos." + thread + ".path", server.server().apiPath());
    }
    return builder;
  }

  private Thread startIncidents(Target target) {
    Thread thread =
        new Thread(
            () -> {
              for (FaultPlan.Incident incident : plan.incidents()) {
                if (incident.target() == target) {
                  if (!waitUntil(incident.at())) {
                    return;
                  }
                  System.out.printf("%6d s  %s%n", now().toSeconds(), incident);
                  servers.get(target).happen(incident);
                }
              }
            },
            "incidents " + target);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** False if the run ended before. */
  private boolean waitUntil(Duration at) {
    try {
      Thread.sleep(Math.max(0, at.minus(now()).toMillis()));
      return true;
    } catch (InterruptedException theRunHasEnded) {
      return false;
    }
  }
}
