package io.tollgate.bench.waves;

import io.tollgate.bench.peers.Peer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Controls without a token: the share of the machine in a stall. */
final class Controls {
  private Controls() {}

  /** Reads a field. */
  static Peer constant() {
    return new Peer() {
      private volatile String value = "Bearer constant";

      @Override
      public String name() {
        return "control: a constant";
      }

      @Override
      public String authorization() {
        return value;
      }
    };
  }

  /**
   * Waits on one future that a timer completes after the latency of the token endpoint: a lower
   * bound for every peer that waits for an answer.
   */
  static Peer timer(long latencyMillis) {
    return new Timer(latencyMillis);
  }

  private static final class Timer implements Peer {
    private final ScheduledExecutorService clock =
        Executors.newSingleThreadScheduledExecutor(
            run -> {
              Thread thread = new Thread(run, "control-timer");
              thread.setDaemon(true);
              return thread;
            });
    private final long latencyMillis;
    private volatile CompletableFuture<String> next;
    private int number;

    Timer(long latencyMillis) {
      this.latencyMillis = latencyMillis;
    }

    @Override
    public String name() {
      return "control: a timer";
    }

    @Override
    public String authorization() {
      CompletableFuture<String> waited = next;
      return (waited == null ? begun(null) : waited).join();
    }

    @Override
    public void rejected(String authorization) {
      CompletableFuture<String> held = next;
      if (held != null && held.isDone() && held.join().equals(authorization)) {
        begun(held);
      }
    }

    private synchronized CompletableFuture<String> begun(CompletableFuture<String> instead) {
      if (next == instead) {
        CompletableFuture<String> fresh = new CompletableFuture<>();
        next = fresh;
        String value = "Bearer " + ++number;
        clock.schedule(() -> fresh.complete(value), latencyMillis, TimeUnit.MILLISECONDS);
      }
      return next;
    }

    @Override
    public void close() {
      clock.shutdownNow();
    }
  }
}
