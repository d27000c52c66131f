package io.tollgate.run;

import io.tollgate.engine.Engine;
import io.tollgate.engine.Engines;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * What the engine did since the JVM began, as far back as it remembers. Reading takes nothing away:
 * each reader keeps the number of the last entry it read, and learns how many it lost.
 *
 * <p>Loads no native library: as long as no profile was used nothing happened.
 */
public final class Journal {
  /** More than the engine remembers, so that one read is enough. */
  private static final int ALL = Integer.MAX_VALUE;

  /** What one reading brought. */
  public static final class Page {
    private final JournalEntry head;
    private final List<JournalEntry> entries;

    Page(JournalEntry head, List<JournalEntry> entries) {
      this.head = head;
      this.entries = entries;
    }

    /**
     * The entries, oldest first.
     *
     * @return can't be changed
     */
    public List<JournalEntry> entries() {
      return entries;
    }

    /**
     * How many entries were gone before this reader came.
     *
     * @return 0 for a reader that is often enough there
     */
    public long lost() {
      return head.number("lost");
    }

    /**
     * The number of the newest entry: where to go on.
     *
     * @return 0 before the first
     */
    public long last() {
      return head.number("last");
    }

    /**
     * How long stores took to answer, since the JVM began.
     *
     * @return {@code null} if none was asked
     */
    public StoreTimes storeTimes() {
      return head.has("store_counts") ? new StoreTimes(head) : null;
    }

    /**
     * How long an entry may still grow after it was made.
     *
     * @return milliseconds
     */
    public long growsMillis() {
      return head.number("grows");
    }
  }

  /** How long stores took to answer. */
  public static final class StoreTimes {
    private final JournalEntry head;

    private StoreTimes(JournalEntry head) {
      this.head = head;
    }

    /**
     * Upper bounds.
     *
     * @return seconds, ascending
     */
    public double[] bounds() {
      return Arrays.stream(numbers("store_bounds_us")).mapToDouble(bound -> bound / 1e6).toArray();
    }

    /**
     * How many answers took no longer than each bound, and longer than the one before.
     *
     * @return one more than bounds: the last are the answers that took longer than all
     */
    public long[] counts() {
      return numbers("store_counts");
    }

    /**
     * How long all took.
     *
     * @return seconds
     */
    public double seconds() {
      return head.number("store_ns") / 1e9;
    }

    private long[] numbers(String field) {
      return Arrays.stream(head.text(field).split(",")).mapToLong(Long::parseLong).toArray();
    }
  }

  private Journal() {}

  /**
   * Reads what came after an entry.
   *
   * @param after its number, 0 for everything there is
   * @return empty if there is no engine
   */
  public static Page read(long after) {
    Engine engine = Engines.ifLoaded();
    return engine == null ? page(new String[] {"last=" + after}) : page(engine.journal(after, ALL));
  }

  /**
   * A page of lines as the engine writes them.
   *
   * @param lines of the journal itself, then of its entries
   * @return the page
   */
  public static Page page(String[] lines) {
    List<JournalEntry> entries = new ArrayList<>(lines.length);
    for (int i = 1; i < lines.length; i++) {
      entries.add(JournalEntry.read(lines[i]));
    }
    return new Page(JournalEntry.read(lines[0]), Collections.unmodifiableList(entries));
  }
}
