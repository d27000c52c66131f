package io.tollgate.jmeter;

import io.tollgate.engine.Log;
import io.tollgate.jmeter.metrics.EngineMetrics;
import io.tollgate.jmeter.monitor.MonitorServer;
import io.tollgate.jmeter.report.RunReport;
import io.tollgate.jmeter.sample.TokenRequestSamples;
import io.tollgate.profile.TokenSources;
import io.tollgate.run.JvmEngine;
import io.tollgate.run.Runs;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.jmeter.JMeter;
import org.apache.jmeter.engine.StandardJMeterEngine;
import org.apache.jmeter.testelement.TestStateListener;

/**
 * Hears from JMeter that a run starts and ends, whatever elements the plan has. JMeter keeps a list
 * of listeners that are not in the plan and empties it at each start; this one puts itself back at
 * once, for the next run of the same JVM.
 *
 * <p>The first registration comes from {@code TollgateFunction}: JMeter makes one of every function
 * class before it collects its listeners. Never throws, because what a listener throws at the start
 * keeps the whole test from running. Loads no native library but by {@link #expectUse}.
 */
public final class JMeterRunListener implements TestStateListener {
  private static final AtomicBoolean INSTALLED = new AtomicBoolean();

  private JMeterRunListener() {}

  /** Registers with JMeter, once. */
  public static void install() {
    if (INSTALLED.compareAndSet(false, true)) {
      try {
        StandardJMeterEngine.register(new JMeterRunListener());
        TokenSources.describePlanBy(RunPlan.current());
        Runs.expectNotifications();
        if (!TokenSources.definedNames().isEmpty()) {
          expectUse();
        }
      } catch (RuntimeException | LinkageError e) {
        Log.warn("Tollgate will notice the start and end of runs late: " + e);
      }
    }
  }

  /**
   * A profile was defined, or an element read from a plan that has one: a headless JMeter is going
   * to need the engine as soon as its own start is over. Cheap to call again.
   */
  public static void expectUse() {
    if (JMeter.isNonGUI()) {
      JvmEngine.prepare();
    }
  }

  @Override
  public void testStarted() {
    try {
      StandardJMeterEngine.register(this);
      TokenRequestSamples.begin();
      RunReport.begin();
      Runs.started();
      if (MonitorServer.startOnce(EngineMetrics.ofThisJvm()::prometheus)) {
        EngineMetrics.ofThisJvm().keepCounting();
      }
      RunPlan.current().logMismatches();
    } catch (Throwable e) {
      Log.error("Tollgate could not follow the start of the run: " + e, e);
    }
  }

  @Override
  public void testStarted(String host) {
    testStarted();
  }

  @Override
  public void testEnded() {
    ended(JMeter.isNonGUI());
  }

  /** JMeter names a host on the injectors of a distributed test, which have no screen. */
  @Override
  public void testEnded(String host) {
    ended(true);
  }

  private static void ended(boolean headless) {
    try {
      Runs.ended();
      EngineMetrics.ofThisJvm().runEnded();
      TokenRequestSamples.end();
      RunReport.write(headless);
    } catch (Throwable e) {
      Log.error("Tollgate could not follow the end of the run: " + e, e);
    }
  }
}
