package io.tollgate.jmeter.monitor;

import io.tollgate.run.JournalEntry;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the journal adds up to since it was first read, by profile: counters that only grow, over
 * all runs of the JVM. An entry may grow for a while after it was made; what it grew by is added
 * then.
 */
final class JournalCounters {
  /** The upper bounds of the buckets in which requests are counted by their time, in seconds. */
  static final double[] BUCKETS = {0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};

  /** The counts of one profile. */
  static final class Profile {
    final Map<String, Long> mints = new TreeMap<>();
    final Map<String, Long> requests = new TreeMap<>();
    final long[] buckets = new long[BUCKETS.length];
    long timed;
    double seconds;
    long rejections;
    long waits;
    long pauses;
    double pausedSeconds;
    long tokenGates;
    long apiGates;
  }

  /** What was taken of an entry so far. */
  private static final class Taken {
    private long count;
    private long total;
  }

  private final Map<String, Profile> profiles = new TreeMap<>();

  /** Of the entries that were read last, by number. */
  private Map<Long, Taken> taken = new HashMap<>();

  private long newest;
  private long lost;

  /** Takes what is new in the journal. */
  void take(List<JournalEntry> journal, long missed) {
    lost = missed;
    Map<Long, Taken> now = new HashMap<>();
    for (JournalEntry entry : journal) {
      long number = entry.number("number");
      Taken before = taken.get(number);
      if (before == null && number <= newest) {
        continue; // settled long ago
      }
      Taken of = before == null ? new Taken() : before;
      now.put(number, of);
      if (entry.has("credential")) {
        Profile profile = profiles.computeIfAbsent(entry.text("profile"), name -> new Profile());
        take(profile, entry, of, before == null);
      }
      of.count = entry.number("count");
      of.total = entry.number("total");
    }
    for (Long number : now.keySet()) {
      newest = Math.max(newest, number);
    }
    taken = now;
  }

  private static void take(Profile profile, JournalEntry entry, Taken before, boolean first) {
    long more = entry.number("count") - before.count;
    switch (entry.kind()) {
      case "rejected":
      case "rejection_ignored":
        profile.rejections += more;
        break;
      case "waited":
        profile.waits += more;
        break;
      case "paused":
        profile.pauses += more;
        profile.pausedSeconds += (entry.number("total") - before.total) / 1e3;
        break;
      default:
        if (first) {
          once(profile, entry);
        }
        break;
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
        profile.tokenGates++;
        break;
      case "api_gate":
        profile.apiGates++;
        break;
      default:
        break;
    }
  }

  private static void answered(Profile profile, JournalEntry entry, String outcome) {
    double seconds = entry.number("elapsed_ns") / 1e9;
    profile.requests.merge(outcome, 1L, Long::sum);
    profile.timed++;
    profile.seconds += seconds;
    int bucket = Arrays.binarySearch(BUCKETS, seconds);
    int slot = bucket < 0 ? -bucket - 1 : bucket;
    if (slot < BUCKETS.length) {
      profile.buckets[slot]++;
    }
  }

  /** The counts by profile. */
  Map<String, Profile> profiles() {
    return profiles;
  }

  /** How many entries were gone before they were counted. */
  long lost() {
    return lost;
  }
}
