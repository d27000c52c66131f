package io.tollgate.bridge;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import java.util.concurrent.TimeUnit;

/**
 * Finds the one engine of this JVM: the one another copy of the jar exported, or else the one in
 * this copy's native library, which is then exported for copies to come. Done once, at first use; a
 * failure is kept and met by every later caller.
 */
public final class Engines {
  /** Interned, hence the same object for every copy of this class in the JVM. */
  private static final Object JVM_LOCK = "io.tollgate.engine.lock".intern();

  private static volatile Engine engine;
  private static TollgateException failure;

  private Engines() {}

  /**
   * Loads or finds the engine.
   *
   * @return ready to use
   * @throws TollgateException {@code NATIVE_UNAVAILABLE}, with what was tried and what to do
   */
  public static Engine get() {
    Engine found = engine;
    if (found == null) {
      found = locateOnce();
    }
    Runs.follow(found);
    return found;
  }

  /** The engine if it has been found, without looking for it. */
  static Engine ifLoaded() {
    return engine;
  }

  private static synchronized Engine locateOnce() {
    if (engine != null) {
      return engine;
    }
    if (failure != null) {
      throw Opening.again(failure);
    }
    try {
      engine = locate();
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

  /** JMeter's start waits for this once; told so that nobody has to guess what it costs. */
  private static void tellHowLong(long start, long loaded, long told) {
    Log.debug(
        "Tollgate's engine started in "
            + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)
            + " ms: "
            + TimeUnit.NANOSECONDS.toMillis(loaded - start)
            + " for the native library, "
            + TimeUnit.NANOSECONDS.toMillis(told - loaded)
            + " for its threads and the JVM's proxies and certificates");
  }

  private static Engine locate() {
    synchronized (JVM_LOCK) {
      Engine other = ForwardedEngine.find();
      if (other != null) {
        Log.info("Another copy of Tollgate is at work in this JVM; this one forwards to it");
        return other;
      }
      long start = System.nanoTime();
      NativeLibrary.load();
      long loaded = System.nanoTime();
      Wakes wakes = new Wakes();
      DirectEngine direct = new DirectEngine(wakes);
      JvmNetwork.tell(direct);
      long told = System.nanoTime();
      EngineExport.register(direct);
      EventPump.start(direct, wakes);
      tellHowLong(start, loaded, told);
      return direct;
    }
  }
}
