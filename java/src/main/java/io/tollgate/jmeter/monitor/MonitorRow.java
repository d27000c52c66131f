package io.tollgate.jmeter.monitor;

import io.tollgate.jmeter.report.CredentialHistory;
import io.tollgate.jmeter.report.TokenLife;
import io.tollgate.profile.WaitingThreads.Cause;
import io.tollgate.run.JournalEntry;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A profile, a user of it, or a slot of its pool, at one moment. */
public final class MonitorRow {
  final String profile;
  final String title;

  /** One of those that the guide lists. */
  final String state;

  /** 0 before the first token. */
  long generation;

  /** Milliseconds, 0 if no token serves. */
  long remaining;

  Map<String, Long> mints = Collections.emptyMap();
  long throttled;
  long failed;
  long rejections;

  /** How many threads wait, by what for: {@code token}, {@code token_gate} and so on. */
  final Map<String, Integer> waiting = new LinkedHashMap<>();

  /** For how many milliseconds more no token request is sent. */
  long tokenGate;

  /** For how many milliseconds more the API is left alone. */
  long apiGate;

  /** When a token request failed last, 0 if none did. */
  long lastErrorAt;

  /** What the server said then, or why the profile could not be opened. */
  String lastError = "";

  private MonitorRow(String profile, String title, String state) {
    this.profile = profile;
    this.title = title;
    this.state = state;
  }

  static MonitorRow of(CredentialHistory credential, Map<Cause, Integer> threads, long now) {
    MonitorRow row =
        new MonitorRow(credential.profile(), credential.title(), credential.state(now));
    TokenLife newest = credential.newest();
    row.generation = newest == null ? 0 : newest.generation();
    row.remaining = credential.remaining(now);
    row.mints = credential.mints();
    row.throttled = credential.throttled();
    row.failed = credential.failed();
    row.rejections = credential.rejections();
    row.tokenGate = credential.tokenGate(now);
    row.apiGate = credential.apiGate(now);
    row.take(threads);
    JournalEntry refusal = credential.lastRefusal();
    if (refusal != null) {
      row.lastErrorAt = refusal.at();
      row.lastError = refusal.text("words");
    }
    return row;
  }

  /** Of a profile that has no journal entry yet, and for which threads wait. */
  static MonitorRow waitedFor(String title, Map<Cause, Integer> threads) {
    MonitorRow row = new MonitorRow(title, title, "idle");
    row.take(threads);
    return row;
  }

  /** Of a profile that could not be opened. */
  static MonitorRow failed(String profile, String why) {
    MonitorRow row = new MonitorRow(profile, "profile '" + profile + "'", "failed");
    row.lastError = why;
    return row;
  }

  private void take(Map<Cause, Integer> threads) {
    threads.forEach((cause, count) -> waiting.put(name(cause), count));
  }

  private String name(Cause cause) {
    switch (cause) {
      case API_GATE:
        return "api_gate";
      case TURN:
        return "turn";
      default:
        return "failed".equals(state) ? "failure" : "held".equals(state) ? "token_gate" : "token";
    }
  }
}
