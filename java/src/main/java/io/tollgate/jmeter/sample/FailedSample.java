package io.tollgate.jmeter.sample;

import io.tollgate.TollgateException;
import io.tollgate.run.Hosts;
import java.lang.reflect.Field;
import java.util.Map;
import java.util.function.Supplier;
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

/** A sample that fails because there is no token for it. */
public final class FailedSample {
  /**
   * Which listeners a sampler has. There is no getter, and what JMeter publishes among the
   * variables is of another sampler where several threads share those.
   */
  private static final Field COMPILER = field(JMeterThread.class, "compiler");

  private static final Field PACKAGES = field(TestCompiler.class, "samplerConfigMap");

  /** {@code exception}: code and message as JMeter gives them to exceptions. */
  static final String CODE = "tollgate.failed_sample_code";

  private static final String EXCEPTION =
      "Non HTTP response code: " + TollgateException.class.getName();

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
   * Fails the sample that is about to begin, without its sampler.
   *
   * @param sampler of JMeter, whose PreProcessors are running
   * @param failure asked when the sample begins; {@code null}: the sampler runs after all
   * @param startMillis when the time of the sample began, 0: when the sample does
   * @return {@code false} if that is not possible
   */
  public static boolean inPlaceOf(
      Sampler sampler, Supplier<TollgateException> failure, long startMillis) {
    SamplePackage pack = packageOf(sampler);
    if (pack == null) {
      return false;
    }
    long failedMillis = System.currentTimeMillis();
    pack.setSampler(
        new TokenlessSampler(
            sampler,
            failure,
            () ->
                startMillis == 0
                    ? SampleResult.createTestSample(0)
                    : SampleResult.createTestSample(startMillis, failedMillis)));
    return true;
  }

  /** The sampler is to run after all: it needs no token. */
  public static void withdraw(Sampler sampler) {
    SamplePackage pack = packageOf(sampler);
    if (pack != null) {
      pack.setSampler(sampler);
    }
  }

  /**
   * Records it from within {@code sample()}, or where {@link #inPlaceOf} is not possible.
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
    state(result, why);
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

  /**
   * Says in a result what it failed with. Code and message are the same for equal failures, for
   * dashboards that group by them; times, numbers and the next step are in the body.
   */
  public static void state(SampleResult result, TollgateException why) {
    boolean asException = "exception".equals(Hosts.current().property(CODE));
    result.setSuccessful(false);
    result.setResponseCode(asException ? EXCEPTION : "TOLLGATE_" + why.getCode().name());
    result.setResponseMessage(
        asException
            ? "Non HTTP response message: " + why.getMessage()
            : why.getCode() + ": " + why.getSummary());
    result.setDataType(SampleResult.TEXT);
    result.setResponseData(why.getCode() + ": " + why.getLines() + "\n", "UTF-8");
  }

  /** The same in a result that a sampler made of the exception, if it is one of those. */
  static void restate(SampleResult result, TollgateException why) {
    if (EXCEPTION.equals(result.getResponseCode())) {
      state(result, why);
    }
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
