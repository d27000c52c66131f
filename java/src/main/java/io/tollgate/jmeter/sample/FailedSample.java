package io.tollgate.jmeter.sample;

import io.tollgate.TollgateException;
import java.lang.reflect.Field;
import java.util.Map;
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
import org.apache.jmeter.threads.TestCompiler;
import org.apache.jorphan.util.JMeterStopTestException;
import org.apache.jorphan.util.JMeterStopTestNowException;
import org.apache.jorphan.util.JMeterStopThreadException;

/**
 * A failed sample recorded in a sampler's stead, for where an exception ends the sample without a
 * result: to the same listeners as JMeter would call, with the same consequences.
 */
public final class FailedSample {
  /**
   * Which listeners a sampler has. There is no getter, and what JMeter publishes among the
   * variables is of another sampler where several threads share those.
   */
  private static final Field COMPILER = field(JMeterThread.class, "compiler");

  private static final Field PACKAGES = field(TestCompiler.class, "samplerConfigMap");

  private FailedSample() {}

  private static Field field(Class<?> type, String name) {
    try {
      Field field = type.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    } catch (ReflectiveOperationException | RuntimeException e) {
      return null; // another JMeter: its log still has the reason
    }
  }

  private static SamplePackage packageOf(Sampler sampler) {
    JMeterThread thread = JMeterContextService.getContext().getThread();
    try {
      return thread == null || COMPILER == null || PACKAGES == null
          ? null
          : (SamplePackage) ((Map<?, ?>) PACKAGES.get(COMPILER.get(thread))).get(sampler);
    } catch (ReflectiveOperationException | ClassCastException e) {
      return null;
    }
  }

  /**
   * Records it, before the sampler runs or from within {@code sample()}.
   *
   * @return what to throw, for JMeter to go on with the next sampler
   */
  public static RuntimeException record(Sampler sampler, TollgateException why, long startMillis) {
    SamplePackage finished = packageOf(sampler);
    if (finished == null) {
      return why; // called by hand, outside a run
    }
    JMeterContext context = JMeterContextService.getContext();
    JMeterVariables variables = context.getVariables();
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
