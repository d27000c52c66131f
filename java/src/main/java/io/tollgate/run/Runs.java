package io.tollgate.run;

import io.tollgate.engine.Engine;
import io.tollgate.engine.Engines;
import io.tollgate.engine.EventPump;
import io.tollgate.engine.JvmNetwork;
import io.tollgate.engine.OnceLog;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Follows JMeter's runs and tells the engine of them. {@code RunWatch} calls in when JMeter says
 * so; the event pump and every first use in a run look too, for programs that never say it.
 *
 * <p>A run is told to the engine at most once and its end exactly once, whoever notices first. As
 * long as no profile was used nothing is told, because nothing is loaded.
 */
public final class Runs {
  /** The run the engine was told of and whose end it was not; 0 if none. Guarded by the class. */
  private static long active;

  /** The run that ended last: JMeter still names it while its listeners are being told. */
  private static long ended;

  /** Whether JMeter says when a run starts and ends. */
  private static volatile boolean told;

  private static final List<RunListener> LISTENERS = new CopyOnWriteArrayList<>();

  private Runs() {}

  /**
   * From now on a listener is told of each run.
   *
   * @param listener for the life of the JVM
   */
  public static void listen(RunListener listener) {
    LISTENERS.add(listener);
  }

  /** From now on JMeter says when a run starts and ends. */
  public static void willBeTold() {
    told = true;
  }

  /**
   * Whether only a look from time to time shows that a run began or ended. Not where there are no
   * runs, and not between runs where their start is told: then nothing needs to wake.
   */
  public static boolean mustBeLookedAt() {
    if (!Hosts.current().hasRuns()) {
      return false;
    }
    synchronized (Runs.class) {
      return !told || active != 0;
    }
  }

  /** The run that is active now, 0 if none. */
  public static long current() {
    return Hosts.current().runId();
  }

  /** JMeter says that a run starts. */
  public static void started() {
    forgetLastRun();
    Engine engine = Engines.ifLoaded();
    if (engine != null) {
      follow(engine);
    }
  }

  /** JMeter says that the run ended: the last chance to log before a headless JVM is gone. */
  public static void ended() {
    Engine engine = Engines.ifLoaded();
    if (engine != null) {
      synchronized (Runs.class) {
        follow(engine);
        end(engine);
      }
    }
  }

  /** Looks whether a run began or ended since the last look, and tells the engine. */
  public static void follow(Engine engine) {
    synchronized (Runs.class) {
      long run = current();
      if (run == active || (active == 0 && run == ended)) {
        return;
      }
      end(engine);
      if (run != 0) {
        active = run;
        forgetLastRun();
        JvmNetwork.tell(engine, JvmEngine.HOST);
        if (tellsRuns()) {
          engine.runStarted(run);
        }
      }
    }
  }

  /**
   * Lets what was refused for good be asked again, as a new run does. Between runs only: in one it
   * is the run's own rules that count.
   */
  public static void forgetFailures(Engine engine) {
    synchronized (Runs.class) {
      follow(engine);
      if (active == 0 && tellsRuns()) {
        engine.runStarted(System.currentTimeMillis());
        engine.runEnded();
      }
    }
  }

  /** A copy that sees no runs, and has another copy's engine, leaves them to that one. */
  private static boolean tellsRuns() {
    return Hosts.current().hasRuns() || !Engines.isForwarded();
  }

  private static void forgetLastRun() {
    OnceLog.runChanged();
    LISTENERS.forEach(RunListener::runStarted);
  }

  private static void end(Engine engine) {
    if (active == 0) {
      return;
    }
    long run = active;
    active = 0;
    ended = run;
    EventPump.drain();
    LISTENERS.forEach(listener -> listener.runEnded(run));
    if (tellsRuns()) {
      engine.runEnded();
    }
    EventPump.drain();
  }
}
