package io.tollgate.jmeter.sample;

import io.tollgate.TollgateException;
import java.lang.reflect.Field;
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
  /** Before a sample JMeter does not publish its package; there is no getter. */
  private static final Field COMPILER = compilerField();

  private FailedSample() {}

  private static Field compilerField() {
    try {
      Field field = JMeterThread.class.getDeclaredField("compiler");
      field.setAccessible(true);
      return field.getType() == TestCompiler.class ? field : null;
    } catch (ReflectiveOperationException | RuntimeException e) {
      return null; // another JMeter: its log still has the reason
    }
  }

  /**
   * For a PreProcessor: the sampler will not run.
   *
   * @return what to throw, for JMeter to go on with the next sampler
   */
  public static RuntimeException before(Sampler sampler, TollgateException why, long startMillis) {
    return record(sampler, why, startMillis, packageOf(sampler));
  }

  /**
   * From within {@code sample()}.
   *
   * @return what to throw, for {@code sample()} to end with
   */
  public static RuntimeException within(Sampler sampler, TollgateException why, long startMillis) {
    JMeterVariables variables = JMeterContextService.getContext().getVariables();
    Object pack = variables == null ? null : variables.getObject(JMeterThread.PACKAGE_OBJECT);
    return record(sampler, why, startMillis, pack);
  }

  private static Object packageOf(Sampler sampler) {
    JMeterThread thread = JMeterContextService.getContext().getThread();
    try {
      return thread == null || COMPILER == null
          ? null
          : ((TestCompiler) COMPILER.get(thread)).configureSampler(sampler);
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  private static RuntimeException record(
      Sampler sampler, TollgateException why, long startMillis, Object pack) {
    if (!(pack instanceof SamplePackage)) {
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
