package io.tollgate.bench.waves;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Threads that all do the same at once. Each is parked before its release, so the measurement
 * excludes the creation of threads.
 */
final class ThreadBurst {
  /** Timeout of a run that hangs, far above every measured time. */
  private static final long LIMIT_SECONDS = 60;

  /** The work of a thread. */
  @FunctionalInterface
  interface Act {
    void run() throws Exception;
  }

  /**
   * The outcome.
   *
   * @param nanos from the release to each thread's end, shortest first
   * @param failed the number of threads with an exception
   * @param firstFailure one of those, or {@code null}
   */
  record Outcome(long[] nanos, int failed, Throwable firstFailure) {
    long last() {
      return nanos[nanos.length - 1];
    }

    long median() {
      return nanos[nanos.length / 2];
    }
  }

  private ThreadBurst() {}

  /** Releases the threads at once and waits for all of them. */
  static Outcome release(int size, Act act) throws InterruptedException {
    CountDownLatch go = new CountDownLatch(1);
    long[] ends = new long[size];
    AtomicInteger failed = new AtomicInteger();
    AtomicReference<Throwable> first = new AtomicReference<>();
    Thread[] threads = new Thread[size];
    for (int i = 0; i < size; i++) {
      int index = i;
      threads[i] =
          new Thread(
              () -> {
                try {
                  go.await();
                  act.run();
                } catch (Throwable e) {
                  failed.incrementAndGet();
                  first.compareAndSet(null, e);
                }
                ends[index] = System.nanoTime();
              },
              "crowd-" + i);
      threads[i].setDaemon(true);
      threads[i].start();
    }
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    for (Thread thread : threads) {
      while (thread.getState() != Thread.State.WAITING && System.nanoTime() < limit) {
        Thread.sleep(1);
      }
    }
    long released = System.nanoTime();
    go.countDown();
    for (Thread thread : threads) {
      thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(limit - System.nanoTime())));
      if (thread.isAlive()) {
        throw new IllegalStateException("not done after " + LIMIT_SECONDS + " s: " + thread);
      }
    }
    long[] took = Arrays.stream(ends).map(end -> end - released).sorted().toArray();
    return new Outcome(took, failed.get(), first.get());
  }
}
