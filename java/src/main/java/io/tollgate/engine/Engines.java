package io.tollgate.engine;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Finds the one engine of this JVM: the one another copy of the jar exported, or else the one in
 * this copy's native library, which is then exported for copies to come. Done once, at first use or
 * on a thread of its own before; a failure is kept, and every later caller meets it.
 */
public final class Engines {
  /** Interned, hence the same object for every copy of this class in the JVM. */
  private static final Object JVM_LOCK = "io.tollgate.engine.lock".intern();

  /** A token server answers within this time, or never. */
  private static final long LONGEST_EXIT_MILLIS = 5_000;

  private static final AtomicBoolean PREPARED = new AtomicBoolean();
  private static final AtomicBoolean WAITED = new AtomicBoolean();

  private static volatile Engine engine;
  private static volatile boolean forwarded;
  private static TollgateException failure;

  private Engines() {}

  /**
   * Loads or finds the engine, and tells it of the run that is active.
   *
   * @param host the program around it
   * @return ready to use
   * @throws TollgateException {@code NATIVE_UNAVAILABLE}, with what was tried and what to do
   */
  public static Engine get(EngineHost host) {
    Engine found = engine;
    long waited = 0;
    if (found == null) {
      long start = System.nanoTime();
      found = locateOnce(host);
      waited = System.nanoTime() - start;
    }
    logWait(waited);
    host.follow(found);
    return found;
  }

  /**
   * Begins to look for the engine on a thread of its own, so that it is there, or nearly so, when a
   * plan that will need it does. A failure is kept for the first that needs it. Never throws.
   *
   * @param host the program around it
   */
  public static void prepare(EngineHost host) {
    if (engine != null || !PREPARED.compareAndSet(false, true)) {
      return;
    }
    try {
      Thread thread = new Thread(() -> locateQuietly(host), "tollgate-start");
      thread.setDaemon(true);
      thread.start();
    } catch (OutOfMemoryError e) {
      // No thread to be had: the first that needs the engine looks for it.
    }
  }

  private static void locateQuietly(EngineHost host) {
    try {
      locateOnce(host);
    } catch (TollgateException e) {
      // Kept: the first that needs the engine meets it.
    }
  }

  /**
   * The engine if it has been found, without looking for it.
   *
   * @return {@code null} if it has not
   */
  public static Engine ifLoaded() {
    return engine;
  }

  /**
   * Whether the engine is that of another copy of the jar, which has the event thread.
   *
   * @return {@code false} also before it was found
   */
  public static boolean isForwarded() {
    return forwarded;
  }

  private static synchronized Engine locateOnce(EngineHost host) {
    if (engine != null) {
      return engine;
    }
    if (failure != null) {
      throw failure.again();
    }
    try {
      engine = locate(host);
      return engine;
    } catch (TollgateException e) {
      failure = e;
      throw e;
    } catch (Exception | LinkageError e) {
      failure =
          new TollgateException(
              ErrorCode.NATIVE_UNAVAILABLE, "the engine could not be started: " + e, e);
      throw failure;
    }
  }

  /** By how much the start of the engine delayed the first thread that needed it. */
  private static void logWait(long nanos) {
    if (!WAITED.get() && WAITED.compareAndSet(false, true)) {
      Log.debug(
          "The first thread that needed Tollgate's engine waited "
              + TimeUnit.NANOSECONDS.toMillis(nanos)
              + " ms for it");
    }
  }

  private static void logStart(long start, long loaded, long ready) {
    Log.debug(
        "Tollgate's engine started in "
            + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)
            + " ms: "
            + TimeUnit.NANOSECONDS.toMillis(loaded - start)
            + " for the native library, "
            + TimeUnit.NANOSECONDS.toMillis(ready - loaded)
            + " for its threads and the JVM's proxies and certificates");
  }

  /**
   * A refresh token that was given must be on the disk: the server takes the one before no more.
   */
  private static void finishAtExit(NativeEngine engine) {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> engine.finish(LONGEST_EXIT_MILLIS), "tollgate-exit"));
  }

  private static Engine locate(EngineHost host) {
    synchronized (JVM_LOCK) {
      Engine other = ForwardedEngine.find();
      if (other != null) {
        Log.info("Another copy of Tollgate is at work in this JVM; this one forwards to it");
        forwarded = true;
        return other;
      }
      long start = System.nanoTime();
      NativeLibrary.load(host);
      long loaded = System.nanoTime();
      WakeFutures wakes = new WakeFutures();
      NativeEngine own = new NativeEngine(wakes);
      JvmNetwork.pass(own, host);
      long ready = System.nanoTime();
      EngineExport.register(own);
      EventPump.start(own, wakes, host);
      finishAtExit(own);
      logStart(start, loaded, ready);
      return own;
    }
  }
}
