package io.tollgate.bench.waves;

import io.tollgate.bench.peers.Peer;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Hundreds of threads that behave like JMeter's: read the token, wait as for a request, report its
 * outcome, repeat. Records the longest stall of each phase of a run twice: in full, and without the
 * time in the run queue.
 *
 * <p>A stall counts for the phase in which it ends.
 */
final class Readers implements AutoCloseable {
  /** The duration of a request; it keeps the machine from saturation. */
  private static final long AWAY_MILLIS = 20;

  /** Shorter calls are no stalls and do not read the run queue. */
  private static final long STALL_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  private static final long LIMIT_SECONDS = 60;

  /**
   * The results of one phase.
   *
   * @param reads the number of reads with a token
   * @param failed the number of reads without
   * @param worstNanos the longest call
   * @param worstOwnNanos the longest without the time in the run queue
   * @param waited the number of calls that took longer than {@link #WAIT_NANOS} without that time
   */
  record Met(long reads, long failed, long worstNanos, long worstOwnNanos, long waited) {
    private Met and(Met other) {
      return new Met(
          reads + other.reads,
          failed + other.failed,
          Math.max(worstNanos, other.worstNanos),
          Math.max(worstOwnNanos, other.worstOwnNanos),
          waited + other.waited);
    }
  }

  /** A read that takes longer has waited: the goal for an expiry. */
  static final long WAIT_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  private final Peer peer;
  private final List<Reader> readers;
  private final Set<String> tokens = ConcurrentHashMap.newKeySet();
  private volatile int phase;
  private volatile String dead;
  private volatile boolean stopped;
  private volatile Throwable fault;

  Readers(Peer peer, int threads) {
    this.peer = peer;
    this.readers = Stream.generate(Reader::new).limit(threads).toList();
    readers.forEach(Thread::start);
  }

  /** Starts the next phase. */
  void enter(int next) {
    phase = next;
  }

  /** From now on the API refuses this token. */
  void refuse(String token) {
    dead = token;
  }

  /** The number of threads that have read a valid token since the phase started. */
  long served(int since) {
    return readers.stream().filter(reader -> reader.servedIn == since).count();
  }

  /** The number of different tokens that were read. */
  int tokens() {
    return tokens.size();
  }

  /** Ends all threads and returns the results by phase. */
  Map<Integer, Met> stop() throws InterruptedException {
    stopped = true;
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    Map<Integer, Met> met = new HashMap<>();
    for (Reader reader : readers) {
      reader.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(limit - System.nanoTime())));
      if (reader.isAlive()) {
        throw new IllegalStateException(
            "still reading: " + Arrays.toString(reader.getStackTrace()));
      }
      reader.met.forEach((in, what) -> met.merge(in, what, Met::and));
    }
    if (fault != null) {
      throw new IllegalStateException("a reader failed", fault);
    }
    return met;
  }

  @Override
  public void close() {
    stopped = true;
  }

  private final class Reader extends Thread {
    private final Map<Integer, Met> met = new HashMap<>();
    private String last;
    private volatile int servedIn = -1;

    Reader() {
      super("reader");
      setDaemon(true);
    }

    @Override
    public void run() {
      try (RunQueue queue = RunQueue.ofThisThread()) {
        while (!stopped) {
          String sent = read(queue);
          LockSupport.parkNanos(
              TimeUnit.MILLISECONDS.toNanos(AWAY_MILLIS / 2)
                  + ThreadLocalRandom.current()
                      .nextLong(TimeUnit.MILLISECONDS.toNanos(AWAY_MILLIS)));
          if (sent != null) {
            tell(sent, queue);
          }
        }
      } catch (Throwable e) {
        fault = e;
      }
    }

    private String read(RunQueue queue) throws IOException {
      long from = System.nanoTime();
      long queued = queue.nanos();
      String sent = null;
      try {
        sent = peer.authorization();
      } catch (Exception e) {
        sent = null; // counted as failed
      }
      int in = met(from, queued, queue, sent == null ? 0 : 1, sent == null ? 1 : 0);
      if (sent != null && !sent.equals(dead)) {
        servedIn = in;
      }
      if (sent != null && !sent.equals(last)) {
        tokens.add(sent);
        last = sent;
      }
      return sent;
    }

    /** With some peers the report of a 401 waits for the next token: that is a stall too. */
    private void tell(String sent, RunQueue queue) throws IOException {
      long from = System.nanoTime();
      long queued = queue.nanos();
      if (sent.equals(dead)) {
        peer.rejected(sent);
      } else {
        peer.accepted(sent);
      }
      met(from, queued, queue, 0, 0);
    }

    /** The clock is read outside the reads of the run queue: the error counts against the peer. */
    private int met(long from, long queued, RunQueue queue, int reads, int failed)
        throws IOException {
      long took = System.nanoTime() - from;
      long own = took;
      if (took > STALL_NANOS) {
        long inLine = queue.nanos() - queued;
        own = Math.max(0, System.nanoTime() - from - inLine);
      }
      int in = phase;
      met.merge(in, new Met(reads, failed, took, own, own > WAIT_NANOS ? 1 : 0), Met::and);
      return in;
    }
  }
}
