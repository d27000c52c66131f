package io.tollgate.jmeter.report;

import io.tollgate.run.JournalEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What happened to one credential: its tokens in order, everything else as it was written down. */
public final class CredentialHistory {
  private static final String[] REASONS = {"first", "ahead", "rejected", "expired"};

  final String profile;
  final String title;
  final String endpoint;
  final List<TokenLife> tokens = new ArrayList<>();
  final List<JournalEntry> entries = new ArrayList<>();
  private final Map<String, Long> mints = new LinkedHashMap<>();
  long requests;
  long throttled;
  long failed;
  long rejections;
  long unattributed;
  long apiGates;
  long waits;
  long longestWait;
  long paused;
  private long tokenGateUntil;
  private long apiGateUntil;
  private boolean asking;

  CredentialHistory(JournalEntry first) {
    profile = first.text("profile");
    title = first.text("title");
    endpoint = first.text("endpoint");
    for (String reason : REASONS) {
      mints.put(reason, 0L);
    }
  }

  /** Takes an entry; what happened before the run began leaves no count, only its token. */
  void take(JournalEntry entry, boolean ofThisRun) {
    TokenLife serving = newest();
    switch (entry.kind()) {
      case "sent":
        asking = true;
        break;
      case "unchanged":
      case "minted":
        asking = false;
        if (serving != null && serving.generation == entry.number("generation")) {
          break; // the server gave the token in service again
        }
        if (serving != null) {
          serving.ends(entry.at(), TokenLife.End.REPLACED);
        }
        tokens.add(
            new TokenLife(
                entry.number("generation"),
                entry.text("reason"),
                entry.at(),
                entry.number("started") + entry.number("lifetime")));
        break;
      case "refused":
        asking = false;
        break;
      case "rejected":
        if (serving != null && serving.generation == entry.number("generation")) {
          serving.ends(entry.at(), TokenLife.End.REVOKED);
        }
        break;
      case "expired":
        if (serving != null && serving.generation == entry.number("generation")) {
          serving.ends(entry.at(), TokenLife.End.EXPIRED);
        }
        break;
      case "token_gate":
        tokenGateUntil = Math.max(tokenGateUntil, entry.number("until"));
        break;
      case "api_gate":
        apiGateUntil = Math.max(apiGateUntil, entry.number("until"));
        break;
      default:
        break;
    }
    if (ofThisRun) {
      entries.add(entry);
      count(entry);
    } else if (tokens.size() > 1) {
      tokens.remove(0);
    }
  }

  private void count(JournalEntry entry) {
    switch (entry.kind()) {
      case "minted":
        requests++;
        mints.merge(entry.text("reason"), 1L, Long::sum);
        break;
      case "unchanged":
        requests++;
        break;
      case "refused":
        requests++;
        if ("THROTTLED_UNTIL".equals(entry.text("cause"))) {
          throttled++;
        } else {
          failed++;
        }
        break;
      case "rejected":
      case "rejection_ignored":
        rejections += entry.number("count");
        break;
      case "unattributed":
        unattributed += entry.number("count");
        break;
      case "api_gate":
        apiGates++;
        break;
      case "waited":
        waits += entry.number("count");
        longestWait = Math.max(longestWait, entry.number("longest"));
        break;
      case "paused":
        paused += entry.number("total");
        break;
      default:
        break;
    }
  }

  /** The journal has no entry for the end of a token that is not read. */
  void seenAt(long end) {
    TokenLife newest = newest();
    if (newest != null && newest.deadline <= end) {
      newest.ends(newest.deadline, TokenLife.End.EXPIRED);
    }
  }

  /**
   * The token that came last.
   *
   * @return {@code null} before the first
   */
  public TokenLife newest() {
    return tokens.isEmpty() ? null : tokens.get(tokens.size() - 1);
  }

  /**
   * The tokens, oldest first.
   *
   * @return can't be changed
   */
  public List<TokenLife> tokens() {
    return Collections.unmodifiableList(tokens);
  }

  /**
   * What happened in the run, oldest first.
   *
   * @return can't be changed
   */
  public List<JournalEntry> entries() {
    return Collections.unmodifiableList(entries);
  }

  /**
   * The profile, with its user and its place in a pool.
   *
   * @return for people
   */
  public String title() {
    return title;
  }

  /**
   * The profile.
   *
   * @return its name
   */
  public String profile() {
    return profile;
  }

  /**
   * What it does at a time.
   *
   * @param now a time
   * @return in one word
   */
  public String state(long now) {
    TokenLife token = newest();
    boolean serves = token != null && token.end == TokenLife.End.SERVING && now < token.to;
    if (serves) {
      return asking ? "refreshing" : "valid";
    }
    return asking ? "fetching" : now < tokenGateUntil ? "held" : "idle";
  }

  /**
   * Life left in the token that serves.
   *
   * @param now a time
   * @return milliseconds, 0 if none serves
   */
  public long remaining(long now) {
    TokenLife token = newest();
    return token == null || token.end != TokenLife.End.SERVING ? 0 : Math.max(0, token.to - now);
  }

  /**
   * How long no token request is sent.
   *
   * @param now a time
   * @return milliseconds
   */
  public long tokenGate(long now) {
    return Math.max(0, tokenGateUntil - now);
  }

  /**
   * How long the API is left alone.
   *
   * @param now a time
   * @return milliseconds
   */
  public long apiGate(long now) {
    return Math.max(0, apiGateUntil - now);
  }

  /**
   * Tokens minted, by reason.
   *
   * @return in the order of reports
   */
  public Map<String, Long> mints() {
    return Collections.unmodifiableMap(mints);
  }

  /**
   * Token requests the server throttled.
   *
   * @return a count
   */
  public long throttled() {
    return throttled;
  }

  /**
   * 401s of the API to its tokens.
   *
   * @return a count
   */
  public long rejections() {
    return rejections;
  }

  /** Tokens minted. */
  long minted() {
    long sum = 0;
    for (long count : mints.values()) {
      sum += count;
    }
    return sum;
  }
}
