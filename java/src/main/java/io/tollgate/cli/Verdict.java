package io.tollgate.cli;

import io.tollgate.TollgateException;
import io.tollgate.cli.Report.Mark;
import io.tollgate.text.Durations;
import io.tollgate.text.JsonReader;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What is to be said of one attempt to come by a token. */
final class Verdict {
  /** A {@code Date} is exact to the second, and the answer took its time. */
  private static final long CLOCKS_AGREE_MILLIS = 3_000;

  /** What servers commonly allow between the clocks before they refuse signed statements. */
  private static final long CLOCKS_DIFFER_MILLIS = 60_000;

  /** With a shorter life a token is fetched more than once a minute. */
  private static final long SHORT_LIFE_MILLIS = 60_000;

  private final Report report;
  private final double planMinutes;

  Verdict(Report report, double planMinutes) {
    this.report = report;
    this.planMinutes = planMinutes;
  }

  void on(Fetch fetch) {
    Map<String, Object> status = fetch.status();
    Map<String, Object> answer = JsonReader.object(status.get("answer"));
    report.fact("endpoint", status.get("endpoint"));
    report.fact("token_requests", whole(status.get("token_requests")));
    if (fetch.succeeded()) {
      report.add(
          Mark.OK,
          "token",
          "%s from %s in %s",
          fetch.type(),
          status.get("endpoint"),
          Durations.of(whole(status.get("longest_wait_ms"))));
      report.fact("type", fetch.type());
      life(JsonReader.object(status.get("granted")));
      scopes(JsonReader.object(status.get("granted")));
    } else {
      failure(fetch, status);
    }
    Map<String, Object> like = JsonReader.object(status.get("looks_like"));
    if (!like.isEmpty()) {
      report.fact("looks_like", like.get("preset"));
      report.add(
          Mark.NOTE,
          "preset",
          "token_url looks like %s: preset=%s knows its errors and its settings",
          like.get("title"),
          like.get("preset"));
    }
    if (!answer.isEmpty()) {
      clocks(answer, fetch);
      way(answer, String.valueOf(status.get("endpoint")), status);
    }
  }

  private void failure(Fetch fetch, Map<String, Object> status) {
    Map<String, Object> error = JsonReader.object(status.get("last_error"));
    TollgateException failure = fetch.failure();
    String code =
        error.isEmpty() && failure != null
            ? failure.getCode().name()
            : String.valueOf(error.get("code"));
    report.fact("code", code);
    if (error.isEmpty()) {
      report.add(Mark.PROBLEM, code, failure == null ? "no token" : failure.getDetail());
      return;
    }
    report.add(Mark.PROBLEM, code, String.valueOf(error.get("message")));
    report.add(Mark.NOTE, "to do", String.valueOf(error.get("advice")));
    Long gate = whole(status.get("token_gate_ms"));
    if (gate != null && gate >= 1_000) {
      report.add(Mark.NOTE, "wait", "no token request for the next %s", Durations.of(gate));
      report.fact("wait_ms", gate);
    }
  }

  private void life(Map<String, Object> granted) {
    Long life = whole(granted.get("lifetime_ms"));
    if (life == null) {
      return;
    }
    report.fact("lifetime_ms", life);
    boolean assumed = Boolean.TRUE.equals(granted.get("lifetime_assumed"));
    String lives = (assumed ? "assumed to live " : "lives ") + Durations.of(life);
    Mark mark = assumed || life < SHORT_LIFE_MILLIS ? Mark.NOTE : Mark.OK;
    if (planMinutes > 0) {
      long refreshes = refreshes(planMinutes * 60_000, life);
      report.fact("refreshes", refreshes);
      report.add(
          mark,
          "life",
          "%s: %s in a test of %s",
          lives,
          refreshes == 0 ? "no refresh" : refreshes == 1 ? "one refresh" : refreshes + " refreshes",
          Durations.of(planMinutes * 60_000));
    } else {
      report.add(mark, "life", lives);
    }
    if (assumed) {
      report.add(
          Mark.NOTE, "life", "the server named no lifetime; set default_lifetime if you know it");
    }
    for (Object note : list(granted.get("notes"))) {
      report.add(Mark.NOTE, "answer", String.valueOf(note));
    }
  }

  /**
   * About how often a token is replaced ahead of its end: a fifth of its life before that, at most
   * five minutes.
   */
  static long refreshes(double testMillis, double lifeMillis) {
    double served = lifeMillis - Math.min(300_000, lifeMillis / 5);
    return (long) Math.max(0, Math.ceil(testMillis / Math.max(served, 1)) - 1);
  }

  private void scopes(Map<String, Object> granted) {
    Object asked = granted.get("scope_asked");
    if (asked == null) {
      return;
    }
    report.fact("scope_asked", asked);
    List<?> missing = list(granted.get("scope_missing"));
    String names = missing.stream().map(String::valueOf).collect(Collectors.joining(" "));
    report.fact("scope_missing", names);
    if (missing.isEmpty()) {
      report.add(Mark.OK, "scope", "granted as asked: %s", asked);
    } else {
      report.add(
          Mark.PROBLEM,
          "scope",
          "asked for '%s', not granted: %s. Check what the client is allowed",
          asked,
          names);
    }
  }

  private void clocks(Map<String, Object> answer, Fetch fetch) {
    Long ahead = whole(answer.get("date_ahead_ms"));
    report.fact("server_ahead_ms", ahead);
    if (ahead == null) {
      report.add(Mark.NOTE, "clock", "the server sent no Date: its clock is not known");
    } else {
      clock("the server's clock", ahead, CLOCKS_AGREE_MILLIS);
    }
    Jwt jwt = Jwt.read(fetch.token());
    if (jwt.is() && jwt.millis("iat") != null) {
      long issued = jwt.millis("iat") - System.currentTimeMillis();
      report.fact("issued_ahead_ms", issued);
      // A token that is served from a cache of the server is older; only one from the future is
      // odd.
      clock("the clock that issued the token", Math.max(0, issued), CLOCKS_AGREE_MILLIS);
    }
  }

  private void clock(String whose, long ahead, long agree) {
    if (Math.abs(ahead) <= agree) {
      report.add(Mark.OK, "clock", "%s agrees with ours", whose);
      return;
    }
    report.add(
        Math.abs(ahead) > CLOCKS_DIFFER_MILLIS ? Mark.PROBLEM : Mark.NOTE,
        "clock",
        "%s is %s %s ours: check the time of this machine (NTP)",
        whose,
        Durations.of(ahead),
        ahead > 0 ? "ahead of" : "behind");
  }

  private void way(Map<String, Object> answer, String endpoint, Map<String, Object> status) {
    Object proxy = answer.get("proxy");
    report.fact("proxy", proxy);
    report.fact("status", whole(answer.get("status")));
    report.fact("version", answer.get("version"));
    Object verify = JsonReader.object(status.get("settings")).get("tls_verify");
    boolean https = endpoint.startsWith("https:");
    report.add(
        https ? Mark.OK : Mark.NOTE,
        "way",
        "%s, %s%s, %s",
        answer.get("version"),
        https ? "TLS" : "no TLS: the secret goes in clear",
        https && verify != null ? " (tls_verify is set by the " + verify + ")" : "",
        proxy == null ? "no proxy" : "by the proxy " + proxy);
  }

  private static List<?> list(Object value) {
    return value instanceof List ? (List<?>) value : Collections.emptyList();
  }

  private static Long whole(Object number) {
    return number instanceof Double ? Long.valueOf(((Double) number).longValue()) : null;
  }
}
