package io.tollgate.bench.waves;

import io.tollgate.tests.Layout;
import org.apache.jmeter.threads.JMeterContextService;
import org.apache.jmeter.util.JMeterUtils;

/** As inside a JMeter that runs a test: Tollgate refreshes ahead only then. */
final class ActiveRun {
  private ActiveRun() {}

  /** Lasts as long as the JVM. */
  static void begin() {
    JMeterUtils.loadJMeterProperties(Layout.jmeter().resolve("bin/jmeter.properties").toString());
    JMeterContextService.startTest();
  }
}
