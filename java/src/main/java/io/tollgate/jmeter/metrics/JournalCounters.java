package io.tollgate.jmeter.metrics;

import io.tollgate.profile.Histogram;
import io.tollgate.run.Journal;
import io.tollgate.run.JournalEntry;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/**
 * What the journal adds up to since the JVM began, by profile: counters that only grow, over all
 * runs. An entry may grow for a while after it was made; what it grew by is added then. Not for
 * several threads at once.
 */
final class JournalCounters {
  /** Entries that may grow after they were made, and the token that the API refused. */
  private static final Map<String, String> REJECTIONS = new HashMap<>();

  static {
    REJECTIONS.put("rejected", "current");
    REJECTIONS.put("rejection_ignored", "earlier");
    REJECTIONS.put("unattributed", "unknown");
  }

  /**
   * The counts of one profile; 0 from its first entry on, so that a rate sees the first of each.
   */
  static final class Profile {
    final Map<String, Long> mints = zeros("first", "ahead", "rejected", "expired");
    final Map<String, Long> requests = zeros("minted", "unchanged", "throttled", "failed");
    final Histogram requestTimes = new Histogram();

    /** 401s by the token that was refused. */
    final Map<String, Long> rejections = zeros("current", "earlier", "unknown");

    final Map<String, Long> gates = zeros("token", "api");

    /** What came of a store: tokens that another process requested, or no answer. */
    final Map<String, Long> store = zeros("token", "silent");
  }

  private final LongFunction<Journal.Page> source;
  private final LongSupplier clock;
  private final ProfileLabels labels;
  private final Map<String, Profile> profiles = new TreeMap<>();

  /** How often each entry was counted that may still grow, by number. */
  private Map<Long, Long> growing = new HashMap<>();

  /** The last entry that can't grow any more. */
  private long settled;

  private long newest;
  private long lost;
  private Journal.StoreTimes storeTimes;

  /** Counts what a source gives after the entry with a number. */
  JournalCounters(LongFunction<Journal.Page> source, LongSupplier clock, ProfileLabels labels) {
    this.source = source;
    this.clock = clock;
    this.labels = labels;
  }

  /** Counts what is new in the journal. */
  void read() {
    long now = clock.getAsLong(); // before it is read: what grows after that is read again
    Journal.Page page = source.apply(settled);
    storeTimes = page.storeTimes();
    lost += page.lost();
    settled += page.lost();
    boolean all = true; // so far can't grow
    Map<Long, Long> counted = new HashMap<>();
    for (JournalEntry entry : page.entries()) {
      long number = entry.number("number");
      Long before = growing.get(number);
      if (entry.has("credential")) {
        take(entry, number > newest, before == null ? 0 : before);
      }
      newest = Math.max(newest, number);
      boolean rejection = REJECTIONS.containsKey(entry.kind());
      all &= !rejection || now - entry.at() > page.growsMillis();
      if (all) {
        settled = number;
      } else if (rejection) {
        counted.put(number, entry.number("count"));
      }
    }
    growing = counted;
  }

  private static Map<String, Long> zeros(String... keys) {
    Map<String, Long> counts = new TreeMap<>();
    for (String key : keys) {
      counts.put(key, 0L);
    }
    return counts;
  }

  private void take(JournalEntry entry, boolean first, long counted) {
    Profile profile =
        profiles.computeIfAbsent(labels.of(entry.text("profile")), name -> new Profile());
    String token = REJECTIONS.get(entry.kind());
    if (token != null) {
      profile.rejections.merge(token, entry.number("count") - counted, Long::sum);
    } else if (first) {
      once(profile, entry);
    }
  }

  private static void once(Profile profile, JournalEntry entry) {
    switch (entry.kind()) {
      case "minted":
        profile.mints.merge(entry.text("reason"), 1L, Long::sum);
        answered(profile, entry, "minted");
        break;
      case "unchanged":
        answered(profile, entry, "unchanged");
        break;
      case "refused":
        boolean throttled = "THROTTLED_UNTIL".equals(entry.text("cause"));
        answered(profile, entry, throttled ? "throttled" : "failed");
        break;
      case "token_gate":
        profile.gates.merge("token", 1L, Long::sum);
        break;
      case "api_gate":
        profile.gates.merge("api", 1L, Long::sum);
        break;
      case "shared":
        profile.store.merge("token", 1L, Long::sum);
        break;
      case "store_silent":
        profile.store.merge("silent", 1L, Long::sum);
        break;
      default:
        break;
    }
  }

  private static void answered(Profile profile, JournalEntry entry, String outcome) {
    profile.requests.merge(outcome, 1L, Long::sum);
    profile.requestTimes.add(entry.number("elapsed_ns"));
  }

  /** The counts by the label of the profile. */
  Map<String, Profile> profiles() {
    return profiles;
  }

  /** How long stores took to answer; {@code null} if none did. */
  Histogram.Counts storeTimes() {
    return storeTimes == null
        ? null
        : new Histogram.Counts(storeTimes.bounds(), storeTimes.counts(), storeTimes.seconds());
  }

  /** How many entries were gone before they were counted. */
  long lost() {
    return lost;
  }
}
