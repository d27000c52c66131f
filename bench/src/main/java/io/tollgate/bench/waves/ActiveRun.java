package io.tollgate.bench.waves;

import io.tollgate.tests.Layout;
import org.apache.jmeter.threads.JMeterContextService;
import org.apache.jmeter.util.JMeterUtils;

/** Simulates a running test: Tollgate refreshes ahead only then. */
final class ActiveRun {
  private ActiveRun() {}

  /** Lasts until the JVM ends. */
  static void begin() {
    JMeterUtils.loadJMeterProperties(Layout.jmeter().resolve("bin/jmeter.properties").toString());
    JMeterContextService.startTest();
  }
}
