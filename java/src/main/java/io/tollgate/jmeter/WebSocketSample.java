package io.tollgate.jmeter;

import io.tollgate.TollgateException;
import org.apache.jmeter.samplers.SampleEvent;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.samplers.Sampler;
import org.apache.jmeter.threads.AbstractThreadGroup;
import org.apache.jmeter.threads.JMeterContext;
import org.apache.jmeter.threads.JMeterContextService;
import org.apache.jmeter.threads.JMeterThread;
import org.apache.jmeter.threads.JMeterVariables;
import org.apache.jmeter.threads.ListenerNotifier;
import org.apache.jmeter.threads.SamplePackage;
import org.apache.jorphan.util.JMeterStopTestException;
import org.apache.jorphan.util.JMeterStopTestNowException;
import org.apache.jorphan.util.JMeterStopThreadException;

/**
 * One sample of a Luminis WebSocket sampler, which differs from an HTTP sampler in two ways (seen
 * up to version 1.3.1).
 *
 * <p>It keeps its Header Manager from sample to sample and reads all values while JMeter merges the
 * plan's headers into it, for a debug line, before any PreProcessor: such a read must neither wait
 * nor throw. And it reads headers where an exception ends {@code sample()} without a result: the
 * failed sample must be recorded here, or there would be none.
 */
final class WebSocketSample {
  private static final String SAMPLER = "eu.luminis.jmeter.wssampler.WebsocketSampler";
  private static final String UNDER_WAY = "io.tollgate.websocket";

  private final Sampler sampler;

  private WebSocketSample(Sampler sampler) {
    this.sampler = sampler;
  }

  /** The sample that is about to run, {@code null} if the sampler is of another kind. */
  static WebSocketSample of(Object sampler) {
    Class<?> type = sampler == null ? null : sampler.getClass();
    for (; type != null; type = type.getSuperclass()) {
      if (type.getName().equals(SAMPLER)) {
        WebSocketSample begun = new WebSocketSample((Sampler) sampler);
        JMeterContextService.getContext().getSamplerContext().put(UNDER_WAY, begun);
        return begun;
      }
    }
    return null;
  }

  /** Whether a read is part of this sample: JMeter clears the sampler context after each. */
  boolean isUnderWay() {
    return JMeterContextService.getContext().getSamplerContext().get(UNDER_WAY) == this;
  }

  /**
   * Records the failed sample, as JMeter would have done: to the same listeners, with the same
   * consequences.
   *
   * @param startMillis when the sampler asked for the header
   * @return what to throw, for {@code sample()} to end with
   */
  RuntimeException failed(TollgateException why, long startMillis) {
    JMeterContext context = JMeterContextService.getContext();
    JMeterVariables variables = context.getVariables();
    Object pack = variables == null ? null : variables.getObject(JMeterThread.PACKAGE_OBJECT);
    if (!(pack instanceof SamplePackage)) {
      return why; // called by hand, outside a run
    }
    SampleResult result = SampleResult.createTestSample(startMillis, System.currentTimeMillis());
    result.setSampleLabel(sampler.getName());
    result.setResponseCode("Non HTTP response code: " + why.getClass().getName());
    result.setResponseMessage("Non HTTP response message: " + why.getMessage());
    result.setSuccessful(false);
    AbstractThreadGroup group = context.getThreadGroup();
    result.setThreadName(context.getThread().getThreadName());
    result.setGroupThreads(group.getNumberOfThreads());
    result.setAllThreads(JMeterContextService.getNumberOfThreads());
    variables.put(JMeterThread.LAST_SAMPLE_OK, Boolean.FALSE.toString());
    SamplePackage finished = (SamplePackage) pack;
    new ListenerNotifier()
        .notifyListeners(
            new SampleEvent(result, group.getName(), variables), finished.getSampleListeners());
    finished.recoverRunningVersion();
    return ending(group, why);
  }

  /** The thread group's own action after a sampler error, by the exception JMeter has for it. */
  private static RuntimeException ending(AbstractThreadGroup group, TollgateException why) {
    if (group.getOnErrorStopTestNow()) {
      return new JMeterStopTestNowException(why.getMessage());
    }
    if (group.getOnErrorStopTest()) {
      return new JMeterStopTestException(why.getMessage());
    }
    return group.getOnErrorStopThread() ? new JMeterStopThreadException(why.getMessage()) : why;
  }
}
