package io.tollgate.run;

import io.tollgate.engine.Engine;
import io.tollgate.engine.Engines;
import io.tollgate.engine.EventPump;
import io.tollgate.engine.JvmNetwork;
import io.tollgate.engine.OnceLog;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Follows JMeter's runs and notifies the engine. {@code JMeterRunListener} calls at their start and
 * end; the event thread and the first use in a run poll too, for programs that never call.
 *
 * <p>The engine hears of each start at most once and of each end exactly once. As long as no
 * profile was used it hears of none, because it is not loaded.
 */
public final class Runs {
  /**
   * The run whose start was passed to the engine and whose end was not; 0 if none. Guarded by the
   * class.
   */
  private static long active;

  /** The run that ended last: JMeter still names it while it calls its listeners. */
  private static long ended;

  /** Whether JMeter calls at the start and end of runs. */
  private static volatile boolean notified;

  private static final List<RunListener> LISTENERS = new CopyOnWriteArrayList<>();

  private Runs() {}

  /**
   * From now on a listener is called for each run.
   *
   * @param listener for the life of the JVM
   */
  public static void listen(RunListener listener) {
    LISTENERS.add(listener);
  }

  /** From now on JMeter calls at the start and end of runs. */
  public static void expectNotifications() {
    notified = true;
  }

  /**
   * Whether the event thread must poll for the start or end of a run. Not where there are no runs,
   * and not between runs where JMeter calls at their start: then nothing needs to wake.
   */
  public static boolean mustPoll() {
    if (!Hosts.current().hasRuns()) {
      return false;
    }
    synchronized (Runs.class) {
      return !notified || active != 0;
    }
  }

  /** The run that is active now, 0 if none. */
  public static long current() {
    return Hosts.current().runId();
  }

  /** A run starts. */
  public static void started() {
    forgetLastRun();
    Engine engine = Engines.ifLoaded();
    if (engine != null) {
      follow(engine);
    }
  }

  /** The run ended: the last chance to log before a headless JVM exits. */
  public static void ended() {
    Engine engine = Engines.ifLoaded();
    if (engine != null) {
      synchronized (Runs.class) {
        follow(engine);
        end(engine);
      }
    }
  }

  /** Notifies the engine if a run began or ended since the last call. */
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
        JvmNetwork.pass(engine, JvmEngine.HOST);
        if (notifiesEngine()) {
          engine.runStarted(run);
        }
      }
    }
  }

  /** A copy that sees no runs, and has another copy's engine, leaves them to that one. */
  private static boolean notifiesEngine() {
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
    if (notifiesEngine()) {
      engine.runEnded();
    }
    EventPump.drain();
  }
}
