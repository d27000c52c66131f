package io.tollgate.bench.waves;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollgate.tests.Table;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@link Storms} measured. */
public final class StormsSection extends RawSection {
  /** The most that a refresh may add to a read. */
  private static final double EXPIRY_GOAL_MILLIS = 0.5;

  /** The most that a revocation may add to the endpoint's latency. */
  private static final double REVOCATION_GOAL_MILLIS = 5;

  public StormsSection() {
    super("Storms: a token ends while many threads use it", "storms");
  }

  @Override
  protected void tell(Writer to, JsonNode raw) throws IOException {
    to.write(
        String.format(
            Locale.ROOT,
            "%d threads read, wait 10 to 30 ms as for a request, report its outcome, and read"
                + " again; the token endpoint takes %d ms. *Longest call* is the longest read or"
                + " report of any thread in %d rounds. So many threads wait for the few cores in"
                + " any case: *without queue* is the longest call without that time, which Linux"
                + " counts for each thread%s. The controls show what remains of this machine (its"
                + " virtual clock, pauses of the JVM). `make bench-storms`.\n",
            raw.path("threads").asInt(),
            raw.path("latency_millis").asInt(),
            raw.path("rounds").asInt(),
            raw.path("queue_told").asBoolean() ? "" : ", but not on this system"));
    Goals goals = new Goals(to);
    expiries(to, raw.path("peers"), goals);
    revocations(to, raw.path("peers"), goals);
    outages(to, raw);
    goals.write();
  }

  private static void expiries(Writer to, JsonNode peers, Goals goals) throws IOException {
    to.write("\n**The token expires**, every two to three seconds:\n\n");
    Table table =
        new Table(
            List.of(
                "",
                "tokens",
                "token requests",
                "calls over 0.5 ms",
                "longest call",
                "without queue"));
    for (Map.Entry<String, JsonNode> peer : having(peers, "expiry")) {
      JsonNode rounds = peer.getValue().path("expiry");
      table.row(
          List.of(
              peer.getValue().path("name").asText(),
              whole(sum(rounds, "expiries")),
              whole(sum(rounds, "requests")),
              whole(sum(rounds, "waited")),
              millis(worst(rounds, "worst_millis")),
              millis(worst(rounds, "worst_own_millis"))));
    }
    to.write(table.markdown());
    excess(
        goals,
        "an expiry adds at most 0.5 ms to a read without queue, beyond the control",
        peers.path("tollgate").path("expiry"),
        peers.path("constant").path("expiry"),
        EXPIRY_GOAL_MILLIS);
  }

  private static void revocations(Writer to, JsonNode peers, Goals goals) throws IOException {
    to.write("\n**The token is revoked**, and every thread that sent it gets a 401:\n\n");
    Table table =
        new Table(List.of("", "revocations", "token requests", "longest call", "without queue"));
    List<String> unlisted = new ArrayList<>();
    for (Map.Entry<String, JsonNode> peer : having(peers, "can_reject")) {
      JsonNode rounds = peer.getValue().path("revoked");
      String name = peer.getValue().path("name").asText();
      if (rounds.isEmpty()) {
        unlisted.add(name);
        continue;
      }
      table.row(
          List.of(
              name,
              whole(sum(rounds, "revocations")),
              whole(sum(rounds, "requests")),
              millis(worst(rounds, "worst_millis")),
              millis(worst(rounds, "worst_own_millis"))));
    }
    to.write(table.markdown());
    if (!unlisted.isEmpty()) {
      to.write(
          "\n"
              + "Not listed, because their callers can't report a refused token, so they send it"
              + " until it expires: "
              + String.join(", ", unlisted)
              + ".\n");
    }
    excess(
        goals,
        "a revocation adds at most the endpoint's latency and 5 ms to a read, beyond the control",
        peers.path("tollgate").path("revoked"),
        peers.path("timer").path("revoked"),
        REVOCATION_GOAL_MILLIS);
  }

  private static void outages(Writer to, JsonNode raw) throws IOException {
    to.write(
        String.format(
            Locale.ROOT,
            "\n**The token is revoked while the token endpoint answers 503** for %.0f s:\n\n",
            raw.path("outage_millis").asInt() / 1e3));
    Table table =
        new Table(
            List.of(
                "", "requests while down", "failed reads", "requests after", "all served after"));
    for (Map.Entry<String, JsonNode> peer : having(raw.path("peers"), "outage")) {
      JsonNode rounds = peer.getValue().path("outage");
      table.row(
          List.of(
              peer.getValue().path("name").asText(),
              each(rounds, "requests"),
              each(rounds, "failed"),
              each(rounds, "requests_after"),
              whole(worst(rounds, "back"))));
    }
    to.write(table.markdown());
    to.write(
        "\nThe maximum of the rounds, the last column in ms. Tollgate obeys its backoff, so its"
            + " threads are back later than those that request at every read. In return it does not"
            + " load an endpoint that is down.\n");
  }

  private static void excess(
      Goals goals, String goal, JsonNode tollgate, JsonNode control, double limit) {
    if (tollgate.isEmpty() || control.isEmpty()) {
      return;
    }
    double own = worst(tollgate, "worst_own_millis");
    double machine = worst(control, "worst_own_millis");
    goals.add(goal, millis(own) + " against " + millis(machine) + " ms", own - machine <= limit);
  }

  private static List<Map.Entry<String, JsonNode>> having(JsonNode peers, String field) {
    List<Map.Entry<String, JsonNode>> found = new ArrayList<>();
    peers
        .fields()
        .forEachRemaining(
            peer -> {
              if (peer.getValue().has(field)) {
                found.add(peer);
              }
            });
    return found;
  }

  private static double sum(JsonNode rounds, String field) {
    return Sample.of(rounds, round -> round.path(field).asDouble()).sum();
  }

  private static double worst(JsonNode rounds, String field) {
    return Sample.of(rounds, round -> round.path(field).asDouble()).max();
  }

  private static String each(JsonNode rounds, String field) {
    return whole(worst(rounds, field));
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  private static String millis(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
  }
}
