package io.tollgate.tests.chaos;

import io.tollgate.tests.FinishedRun;
import io.tollgate.tests.Sample;
import io.tollgate.tests.chaos.JMeterRuns.Footprint;
import io.tollgate.tests.chaos.JMeterRuns.Run;
import io.tollgate.tests.chaos.Ledger.Count;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What came of a chaos run.
 *
 * @param figures for people to read
 * @param broken what was not as it must be; empty if all was
 */
record ChaosResult(String figures, List<String> broken) {
  static ChaosResult of(FaultPlan plan, FinishedRun finished, Map<Target, ProxiedServer> servers)
      throws IOException {
    List<String> broken = new ArrayList<>();
    if (finished.exitCode() != 0) {
      broken.add("JMeter ended with " + finished.exitCode() + "; see " + finished.directory());
    }
    List<Run> runs = JMeterRuns.read(finished.directory().resolve("runs.jsonl"));
    List<Sample> samples = finished.results().samples();
    List<Sample> tokenRequests = finished.tokenRequests("tokens.jtl").samples();
    Map<Target, Ledger> ledgers = new EnumMap<>(Target.class);
    servers.forEach((target, server) -> ledgers.put(target, server.ledger()));
    List<TokenAccount> accounts = new ArrayList<>();
    for (ProxiedServer server : servers.values()) {
      TokenAccount account = account(server, runs, finished, tokenRequests);
      accounts.add(account);
      broken.addAll(account.broken());
      broken.addAll(server.ledger().broken());
    }
    Explanations explanations = new Explanations(ledgers, runs);
    broken.addAll(Judgement.ofSamples(samples, explanations));
    broken.addAll(Judgement.ofFootprint(runs));
    return new ChaosResult(figures(plan, runs, samples, ledgers, accounts, explanations), broken);
  }

  private static TokenAccount account(
      ProxiedServer server, List<Run> runs, FinishedRun finished, List<Sample> tokenRequests)
      throws IOException {
    TokenCounts counted = new TokenCounts(0, 0, 0, 0);
    List<Sample> listed = new ArrayList<>();
    long profiles = 0;
    for (ChaosProfile profile : ChaosProfile.values()) {
      if (profile.target() == server.target()) {
        profiles++;
        List<Sample> own =
            tokenRequests.stream()
                .filter(request -> request.message().contains("'" + profile.key() + "'"))
                .toList();
        listed.addAll(own);
        counted =
            counted.plus(
                TokenCounts.of(profile.key(), runs, finished.summaries(profile.key()), own));
      }
    }
    Ledger ledger = server.ledger();
    return new TokenAccount(
        server.target(),
        counted,
        listed.size(),
        listed.stream().filter(Sample::success).count(),
        profiles,
        listed.stream().filter(request -> request.message().contains("no connection")).count(),
        ledger.counted(Route.TOKEN, Count.RECEIVED),
        ledger.counted(Route.TOKEN, Count.ANSWERED),
        ledger.counted(Route.TOKEN, Count.GRANTED),
        ledger.counted(Route.TOKEN, Count.DELIVERED),
        ledger.counted(Route.TOKEN, Count.DOUBTFUL),
        ledger.counted(Route.API, Count.ANSWERED),
        server.server().counts());
  }

  private static String figures(
      FaultPlan plan,
      List<Run> runs,
      List<Sample> samples,
      Map<Target, Ledger> ledgers,
      List<TokenAccount> accounts,
      Explanations explanations) {
    StringBuilder text = new StringBuilder();
    long failed = samples.stream().filter(sample -> !sample.success()).count();
    long undisturbed = samples.stream().filter(explanations::isUndisturbed).count();
    line(
        text,
        "seed %d: %d periods, %d incidents",
        plan.seed(),
        plan.periods().size(),
        plan.incidents().size());
    line(
        text,
        "runs %d, samples %d, of them at undisturbed times %d, failed %d",
        runs.size(),
        samples.size(),
        undisturbed,
        failed);
    Judgement.explained(samples, explanations)
        .forEach((why, count) -> line(text, "  %6d  %s", count, why));
    for (TokenAccount account : accounts) {
      line(text, "%s", account);
      for (Route route : Route.values()) {
        line(text, "  %s faults %s", route, ledgers.get(account.target()).faults(route));
      }
      Map<String, Long> incidents = ledgers.get(account.target()).incidents();
      line(text, "  incidents %s", incidents);
    }
    if (runs.size() >= Judgement.LEAST_RUNS) {
      growth(text, runs, "heap KiB", footprint -> footprint.heap() >> 10);
      growth(text, runs, "resident KiB", footprint -> footprint.resident() >> 10);
      growth(text, runs, "threads", Footprint::threads);
    }
    return text.toString();
  }

  private static void growth(
      StringBuilder text, List<Run> runs, String what, ToLongFunction<Footprint> of) {
    line(
        text,
        "%s after the warm-up %d, at the end %d",
        what,
        Judgement.afterWarmUp(runs, of),
        Judgement.atTheEnd(runs, of));
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
