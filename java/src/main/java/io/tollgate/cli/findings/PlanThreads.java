package io.tollgate.cli.findings;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The threads of one file by their names, with what is known of each one's token. Bounded: what
 * comes beyond the bound is one thread.
 */
final class PlanThreads {
  /** What became of the last token request of a thread. */
  enum TokenOutcome {
    /** It made none. */
    NONE,
    GRANTED,
    FAILED
  }

  /** One thread. */
  static final class PlanThread {
    final int id;
    TokenOutcome token = TokenOutcome.NONE;

    /** When its last sample began. */
    long lastStart = Long.MIN_VALUE;

    /** When its last token request failed. */
    long failedAt;

    private PlanThread(int id) {
      this.id = id;
    }
  }

  /** With its state, a thread costs some 200 bytes. */
  private static final int MOST = 50_000;

  private final Map<String, PlanThread> threads = new HashMap<>();
  private final Ids ids;
  private final int file;
  private PlanThread others;

  /** Numbers the threads of all files. */
  static final class Ids {
    private int[] files = new int[256];
    private int count;
    private boolean cut;

    private int next(int file) {
      if (count == files.length) {
        files = Arrays.copyOf(files, 2 * count);
      }
      files[count] = file;
      return count++;
    }

    /** The file of a thread, -1 if it is not known. */
    int fileOf(int id) {
      return id < count ? files[id] : -1;
    }

    int count() {
      return count;
    }

    boolean isCut() {
      return cut;
    }
  }

  PlanThreads(Ids ids, int file) {
    this.ids = ids;
    this.file = file;
  }

  PlanThread named(String name) {
    PlanThread thread = threads.get(name);
    if (thread != null) {
      return thread;
    }
    if (ids.count == MOST) {
      ids.cut = true;
      others = others == null ? new PlanThread(MOST) : others;
      return others;
    }
    thread = new PlanThread(ids.next(file));
    threads.put(name, thread);
    return thread;
  }
}
