package io.tollgate.profile;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The threads of this JVM that wait now, by cause and by profile or user, and how long those waited
 * that no longer do, by cause and profile.
 *
 * <p>Invariant: each thread that begins a wait ends it, and what nobody waits for takes no room:
 * there may be a hundred thousand users. Only waits come here, never a read that finds a token.
 */
public final class WaitingThreads {
  /** What they wait for. */
  public enum Cause {
    /** A token. */
    TOKEN,
    /** The gate of the API to open. */
    API_GATE,
    /** Their turn, where threads spread what remains of a quota. */
    TURN
  }

  private static final Map<Cause, ConcurrentMap<String, Integer>> WAITING =
      new EnumMap<>(Cause.class);

  private static final Map<Cause, ConcurrentMap<String, Histogram>> WAITED =
      new EnumMap<>(Cause.class);

  static {
    for (Cause cause : Cause.values()) {
      WAITING.put(cause, new ConcurrentHashMap<>());
      WAITED.put(cause, new ConcurrentHashMap<>());
    }
  }

  private WaitingThreads() {}

  /** The calling thread begins to wait for a profile or user, by its title. */
  static void begin(String title, Cause cause) {
    WAITED.get(cause).computeIfAbsent(profile(title), name -> new Histogram());
    WAITING.get(cause).merge(title, 1, Integer::sum);
  }

  /** It waits no longer, after so many nanoseconds. */
  static void end(String title, Cause cause, long nanos) {
    WAITING.get(cause).computeIfPresent(title, (key, count) -> count == 1 ? null : count - 1);
    WAITED.get(cause).get(profile(title)).add(nanos);
  }

  /**
   * The profile in a title, such as {@code profile 'x', user 'y'}. No name of a profile has a
   * quotation mark in it.
   *
   * @param title of a profile, or of a user or client of one
   * @return its name
   */
  public static String profile(String title) {
    int begin = title.indexOf('\'') + 1;
    int end = title.indexOf('\'', begin);
    return end < 0 ? title : title.substring(begin, end);
  }

  /**
   * How long threads waited, since the JVM began.
   *
   * @param cause what for
   * @return the waits that ended, by profile
   */
  public static Map<String, Histogram.Counts> waited(Cause cause) {
    Map<String, Histogram.Counts> waited = new TreeMap<>();
    WAITED.get(cause).forEach((profile, waits) -> waited.put(profile, waits.counts()));
    return waited;
  }

  /**
   * How many threads wait now.
   *
   * @return those of each profile or user for which one does, by its title as the journal has it,
   *     without a slot of a pool; can't be changed
   */
  public static Map<String, Map<Cause, Integer>> now() {
    Map<String, Map<Cause, Integer>> now = new TreeMap<>();
    WAITING.forEach(
        (cause, titles) ->
            titles.forEach(
                (title, threads) ->
                    now.computeIfAbsent(title, key -> new EnumMap<>(Cause.class))
                        .put(cause, threads)));
    return Collections.unmodifiableMap(now);
  }
}
