package io.tollgate.jmeter.report;

import io.tollgate.run.JournalEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What happened to one credential: its tokens in order, everything else as it was written down. */
public final class CredentialHistory {
  private static final String[] REASONS = {"first", "ahead", "rejected", "expired"};

  /** Refusals that stand until a setting or the server is corrected; nothing is asked meanwhile. */
  private static final List<String> FOR_GOOD = Arrays.asList("CREDENTIAL_REJECTED", "CONFIG");

  private String profile;
  private String title;
  final String endpoint;
  final List<TokenLife> tokens = new ArrayList<>();
  final List<JournalEntry> entries = new ArrayList<>();

  /** Those that closed in this run, and those that were closed when it began. */
  final List<JournalEntry> gates = new ArrayList<>();

  final List<WaitSpan> waitSpans = new ArrayList<>();

  /** Entries of threads that were held after a refusal for good, and waited for nothing. */
  private final Set<JournalEntry> held = new HashSet<>();

  private final long start;
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
  private JournalEntry lastRefusal;

  /** When the refusal for good came that still stands, 0 if none does. */
  private long refusedAt;

  CredentialHistory(JournalEntry first, long start) {
    this.start = start;
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
        refusedAt = 0;
        break;
      case "unchanged":
      case "minted":
        asking = false;
        refusedAt = 0;
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
      case "shared":
        asking = false;
        refusedAt = 0;
        if (serving != null) {
          serving.ends(entry.at(), TokenLife.End.REPLACED);
        }
        tokens.add(
            new TokenLife(
                entry.number("generation"),
                "shared",
                entry.at(),
                entry.at() + entry.number("lifetime")));
        break;
      case "refused":
        asking = false;
        refusedAt = FOR_GOOD.contains(entry.text("cause")) ? entry.at() : 0;
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
        gate(entry);
        break;
      case "api_gate":
        apiGateUntil = Math.max(apiGateUntil, entry.number("until"));
        gate(entry);
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

  private void gate(JournalEntry entry) {
    if (entry.number("until") > start) {
      gates.add(entry);
    }
  }

  /** When its first entry came, or the run began if there is none. */
  long firstEntry() {
    return entries.isEmpty() ? start : entries.get(0).at();
  }

  /** Without entries and counts, to add those of several. */
  CredentialHistory(CredentialHistory of) {
    start = of.start;
    profile = of.profile;
    title = of.title;
    endpoint = of.endpoint;
    asking = of.asking;
    refusedAt = of.refusedAt;
  }

  /** Adds what happened to another; it asked later. */
  void add(CredentialHistory other) {
    tokens.addAll(other.tokens);
    entries.addAll(other.entries);
    gates.addAll(other.gates);
    waitSpans.addAll(other.waitSpans);
    held.addAll(other.held);
    other.mints.forEach((reason, count) -> mints.merge(reason, count, Long::sum));
    requests += other.requests;
    throttled += other.throttled;
    failed += other.failed;
    rejections += other.rejections;
    unattributed += other.unattributed;
    apiGates += other.apiGates;
    waits += other.waits;
    longestWait = Math.max(longestWait, other.longestWait);
    paused += other.paused;
    tokenGateUntil = Math.max(tokenGateUntil, other.tokenGateUntil);
    apiGateUntil = Math.max(apiGateUntil, other.apiGateUntil);
    lastRefusal = other.lastRefusal == null ? lastRefusal : other.lastRefusal;
  }

  /** Whether the threads of this entry were held, and waited for no token. */
  boolean wasHeld(JournalEntry entry) {
    return held.contains(entry);
  }

  /** Tells it from others of its title that are there at the same time. */
  void number(int number) {
    title += " (" + number + ")";
  }

  /** The profile that uses it has another name now. */
  void rename(String name) {
    title = title.replace("profile '" + profile + "'", "profile '" + name + "'");
    profile = name;
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
        lastRefusal = entry;
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
        WaitSpan span = WaitSpan.of(entry, refusedAt);
        if (span == null) {
          held.add(entry);
        } else {
          waitSpans.add(span);
          waits += span.threads;
          longestWait = Math.max(longestWait, span.longest);
        }
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
    return refusedAt != 0 ? "failed" : asking ? "fetching" : now < tokenGateUntil ? "held" : "idle";
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
   * Token requests that failed otherwise.
   *
   * @return a count
   */
  public long failed() {
    return failed;
  }

  /**
   * The token request that failed last.
   *
   * @return {@code null} if none did in this run
   */
  public JournalEntry lastRefusal() {
    return lastRefusal;
  }

  /**
   * The token endpoint.
   *
   * @return its URL, without its query
   */
  public String endpoint() {
    return endpoint;
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
