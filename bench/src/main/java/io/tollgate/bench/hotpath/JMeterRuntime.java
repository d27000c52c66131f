package io.tollgate.bench.hotpath;

import io.tollgate.tests.Layout;
import java.nio.file.Path;
import org.apache.jmeter.control.LoopController;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;
import org.apache.jmeter.samplers.Sampler;
import org.apache.jmeter.threads.JMeterContext;
import org.apache.jmeter.threads.JMeterContextService;
import org.apache.jmeter.threads.JMeterThread;
import org.apache.jmeter.threads.JMeterVariables;
import org.apache.jmeter.util.JMeterUtils;
import org.apache.jorphan.collections.ListedHashTree;

/**
 * The part of a running JMeter that functions and PreProcessors use: its properties, a started run,
 * and a context on each thread. There is no thread group, and no sample is sent.
 */
final class JMeterRuntime {
  private JMeterRuntime() {}

  /** Once in a JVM, before any thread uses it. */
  static void start() {
    Path home = Layout.jmeter();
    JMeterUtils.setJMeterHome(home.toString());
    JMeterUtils.loadJMeterProperties(home.resolve("bin/jmeter.properties").toString());
    JMeterUtils.initLocale();
    JMeterContextService.startTest();
  }

  /** Makes the calling thread a JMeter thread that is about to run this sampler. */
  static HTTPSamplerProxy enter() {
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    sampler.setName("request");
    enter(sampler);
    return sampler;
  }

  private static void enter(Sampler sampler) {
    JMeterContext context = JMeterContextService.getContext();
    context.setVariables(new JMeterVariables());
    context.setThread(new JMeterThread(new ListedHashTree(new LoopController()), null, null));
    context.setCurrentSampler(sampler);
  }
}
