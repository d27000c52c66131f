package io.tollgate.engine;

import java.util.concurrent.TimeUnit;

/**
 * The one daemon thread: waits inside native code for the engine's events, wakes the threads that
 * wait for a token, and writes the engine's lines to the log. Survives whatever it meets; should it
 * die all the same, waiting threads look for themselves every 200 ms and lose only that.
 */
public final class EventPump implements Runnable {
  /** How soon the start or end of a run is noticed where JMeter does not notify. */
  private static final long POLL_MILLIS = 500;

  /** Where there is nothing to poll. Events end the wait. */
  private static final long IDLE_MILLIS = TimeUnit.HOURS.toMillis(1);

  private static final long LONGEST_BACKOFF_MILLIS = 5_000;
  private static final int MOST_BATCHES_AT_ONCE = 100;

  private static volatile EventPump running;

  private final Engine engine;
  private final WakeFutures wakes;
  private final EngineHost host;

  private EventPump(Engine engine, WakeFutures wakes, EngineHost host) {
    this.engine = engine;
    this.wakes = wakes;
    this.host = host;
  }

  static void start(Engine engine, WakeFutures wakes, EngineHost host) {
    EventPump pump = new EventPump(engine, wakes, host);
    Thread thread = new Thread(pump, "tollgate-events");
    thread.setDaemon(true);
    thread.setContextClassLoader(null); // keep no application's class loader alive
    thread.start();
    running = pump;
  }

  /** Handles what is there now, on the calling thread; for the end of a run. */
  public static void drain() {
    EventPump pump = running;
    if (pump == null) {
      return;
    }
    try {
      for (int i = 0; i < MOST_BATCHES_AT_ONCE && pump.handle(0) > 0; i++) {
        // Until there is nothing left, but not for ever.
      }
    } catch (Throwable e) {
      OnceLog.fault("-", "draining events", e);
    }
  }

  @Override
  public void run() {
    long backoff = 0;
    while (true) {
      try {
        handle(host.mustPoll() ? POLL_MILLIS : IDLE_MILLIS);
        host.follow(engine);
        backoff = 0;
      } catch (Throwable e) {
        backoff = Math.min(LONGEST_BACKOFF_MILLIS, Math.max(100, backoff * 2));
        survive(e, backoff);
      }
    }
  }

  private int handle(long timeoutMillis) {
    String[] lines = engine.awaitEvents(timeoutMillis);
    if (lines.length > 0) {
      host.eventsCame();
    }
    for (String line : lines) {
      handle(line);
    }
    return lines.length;
  }

  private void handle(String line) {
    int space = line.indexOf(' ');
    String kind = space < 0 ? line : line.substring(0, space);
    String text = line.substring(space + 1);
    switch (kind) {
      case "WAKE":
        wakes.wake(Long.parseLong(text));
        break;
      case "ERROR":
        Log.error(text);
        break;
      case "WARN":
        Log.warn(text);
        break;
      default:
        Log.info(text);
        break;
    }
  }

  private static void survive(Throwable e, long backoffMillis) {
    try {
      OnceLog.fault("-", "the event thread", e);
      Thread.sleep(backoffMillis);
    } catch (InterruptedException again) {
      // An interrupt has no meaning for this thread.
    } catch (Throwable again) {
      // Out of memory while logging: go on, the next round may do better.
    }
  }
}
