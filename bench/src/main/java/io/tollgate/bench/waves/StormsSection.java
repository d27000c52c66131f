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
  /** What a refresh may add to a read. */
  private static final double EXPIRY_GOAL_MILLIS = 0.5;

  /** What a revocation may add to the time in which its successor can be had at all. */
  private static final double REVOCATION_GOAL_MILLIS = 5;

  public StormsSection() {
    super("Storms: a token ends under many threads", "storms");
  }

  @Override
  protected void tell(Writer to, JsonNode raw) throws IOException {
    to.write(
        String.format(
            Locale.ROOT,
            "%d threads read, are away for 10 to 30 ms as for a request, tell what came of it, and"
                + " read again; the token endpoint takes %d ms. *Longest call* (a read, or the"
                + " telling) is what the worst off thread met in %d rounds. So many threads on a"
                + " few cores stand in line for them whatever they do: *of its own* is the longest"
                + " without that time, which Linux counts for each thread%s. What is left in the"
                + " controls (the clock of the virtual machine, the JVM's own pauses) is this"
                + " machine's. `make bench-storms`.\n",
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
    to.write("\n**The lifetime ends**, every two to three seconds:\n\n");
    Table table =
        new Table(
            List.of(
                "", "tokens", "token requests", "calls over 0.5 ms", "longest call", "of its own"));
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
        "an expiry costs no read more than 0.5 ms of its own beyond the control",
        peers.path("tollgate").path("expiry"),
        peers.path("constant").path("expiry"),
        EXPIRY_GOAL_MILLIS);
  }

  private static void revocations(Writer to, JsonNode peers, Goals goals) throws IOException {
    to.write("\n**The token is revoked**, and whoever sent it hears 401:\n\n");
    Table table =
        new Table(List.of("", "revocations", "token requests", "longest call", "of its own"));
    List<String> deaf = new ArrayList<>();
    for (Map.Entry<String, JsonNode> peer : having(peers, "can_reject")) {
      JsonNode rounds = peer.getValue().path("revoked");
      String name = peer.getValue().path("name").asText();
      if (rounds.isEmpty()) {
        deaf.add(name);
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
    if (!deaf.isEmpty()) {
      to.write(
          "\nNot here, because they cannot be told that a token was refused and send it to its"
              + " end: "
              + String.join(", ", deaf)
              + ".\n");
    }
    excess(
        goals,
        "a revocation costs a read at most the endpoint's latency, and 5 ms beyond the control",
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
            List.of("", "requests while down", "failed reads", "requests after", "all back after"));
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
        "\nThe most of a round each, the last in ms. Tollgate waits out its backoff, so its threads"
            + " are back later than those that ask at every turn; that is the price of an endpoint"
            + " that is not hammered while it is down.\n");
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
