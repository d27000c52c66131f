package io.tollgate.cli;

import io.tollgate.cli.Report.Mark;
import io.tollgate.profile.StoreState;
import io.tollgate.text.Durations;
import io.tollgate.text.JsonReader;
import java.util.List;
import java.util.Map;

/** A store and what injectors share in it, line by line. */
final class StoreLines {
  /** With less the clocks of two machines agree. */
  private static final long CLOCKS_AGREE_MILLIS = 3_000;

  private final Report report;
  private final StoreState state;

  StoreLines(Report report, StoreState state) {
    this.report = report;
    this.state = state;
  }

  /** Whether the store answers, its clock, and what is wrong. */
  void ofTheStore() {
    if (state.answers()) {
      double took = state.tookMillis();
      report.add(
          Mark.OK,
          "store",
          "%s answers in %s",
          state.url(),
          took < 1 ? "less than 1 ms" : Durations.of(took));
      long ahead = state.clockAheadMillis();
      if (Math.abs(ahead) <= CLOCKS_AGREE_MILLIS) {
        report.add(Mark.OK, "clock", "the store's clock agrees with ours");
      } else {
        report.add(
            Mark.NOTE,
            "clock",
            "the store's clock is %s %s ours: no harm, since injectors go by the store's",
            Durations.of(ahead),
            ahead > 0 ? "ahead of" : "behind");
      }
    }
    for (String problem : state.problems()) {
      report.add(Mark.PROBLEM, "store", "%s%s", state.isThere() ? state.url() + ": " : "", problem);
    }
  }

  /** What injectors share. */
  void ofTheFleet() {
    List<Map<String, Object>> clients = state.clients();
    if (state.isEmpty()) {
      String others =
          state.otherClients() == 0
              ? ""
              : ". Other clients or secrets that have records here: " + state.otherClients();
      report.add(
          Mark.NOTE,
          "records",
          "none of this client: no token was requested yet, or injectors have another client_id,"
              + " client_secret, store_key or token_url%s",
          others);
    }
    for (Map<String, Object> client : clients) {
      String of = clients.size() == 1 ? "" : "client '" + client.get("client") + "': ";
      for (Map<String, Object> refusal : StoreState.objects(client, "refusals")) {
        refusal(client.get("client"), refusal);
      }
      gate(of, JsonReader.object(client.get("gate")));
      budget(of, JsonReader.object(client.get("budget")));
      if (client.get("last_request_ms_ago") != null) {
        report.add(
            Mark.OK,
            "requests",
            "%sthe last one was granted %s ago",
            of,
            ago(client, "last_request_ms_ago"));
      }
      StoreState.objects(client, "credentials").forEach(this::credential);
      long more = StoreState.number(client, "more_credentials");
      if (more > 0) {
        report.add(Mark.NOTE, "token", "%sand %d more credentials", of, more);
      }
    }
    if (state.moreLanes() > 0) {
      report.add(Mark.NOTE, "token", "and %d more of the profile", state.moreLanes());
    }
  }

  private void refusal(Object client, Map<String, Object> refusal) {
    report.add(
        Mark.PROBLEM,
        "refused",
        "the token server refused client '%s': %s (%d). No injector with its secret asks again for"
            + " %s. Check client_id and client_secret; mended at the server, redis-cli del '%s'",
        client,
        refusal.get("message"),
        StoreState.number(refusal, "status"),
        ago(refusal, "left_ms"),
        refusal.get("key"));
  }

  private void gate(String of, Map<String, Object> gate) {
    if (gate.isEmpty()) {
      report.add(Mark.OK, "gate", "%sopen", of);
      return;
    }
    report.add(
        Mark.NOTE,
        "gate",
        "%sclosed for another %s: the token server asked one injector to wait, %s ago",
        of,
        ago(gate, "left_ms"),
        ago(gate, "heard_ms_ago"));
  }

  private void budget(String of, Map<String, Object> budget) {
    if (budget.isEmpty()) {
      return;
    }
    long used = StoreState.number(budget, "used");
    long most = StoreState.number(budget, "most");
    report.add(
        used < most ? Mark.OK : Mark.NOTE,
        "budget",
        "%s%d of %d token requests in the last %s",
        of,
        used,
        most,
        ago(budget, "window_ms"));
  }

  private void credential(Map<String, Object> credential) {
    Object title = credential.get("title");
    String name = "".equals(title) ? "credential " + credential.get("name") : "" + title;
    Map<String, Object> token = JsonReader.object(credential.get("token"));
    Map<String, Object> replaced = JsonReader.object(token.get("replaced_refused"));
    String refreshToken =
        "kept".equals(credential.get("refresh_token"))
            ? "; a refresh token is kept"
            : "sent".equals(credential.get("refresh_token"))
                ? "; its refresh token was sent and not answered: the next request signs in anew"
                : "";
    if (token.isEmpty()) {
      report.add(Mark.NOTE, "token", "%s: none%s", name, refreshToken);
    } else if (!"foreign".equals(token.get("state"))) { // told as a problem
      boolean isValid = "valid".equals(token.get("state"));
      report.add(
          isValid ? Mark.OK : Mark.NOTE,
          "token",
          "%s: %s, requested %s ago, generation %s%s%s",
          name,
          end(token),
          ago(token, "requested_ms_ago"),
          token.get("generation"),
          replaced.isEmpty()
              ? ""
              : "; it replaced one that the API refused, and the next two such are "
                  + ago(replaced, "distance_ms")
                  + " apart",
          refreshToken);
    }
    Map<String, Object> lease = JsonReader.object(credential.get("lease"));
    if (!lease.isEmpty()) {
      report.add(
          Mark.NOTE,
          "request",
          "%s: in flight for %s, by the injector %s…; its lease ends in %s at the latest",
          name,
          ago(lease, "held_ms"),
          lease.get("owner"),
          ago(lease, "left_ms"));
    }
  }

  private static String end(Map<String, Object> token) {
    long left = StoreState.number(token, "ends_in_ms");
    String end = left > 0 ? "ends in " : "ended ";
    String time = end + Durations.of(left) + (left > 0 ? "" : " ago");
    return "refused".equals(token.get("state")) ? "refused by the API, " + time : time;
  }

  private static String ago(Map<String, Object> of, String key) {
    return Durations.of(StoreState.number(of, key));
  }
}
