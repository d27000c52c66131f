package io.tollgate.jmeter.sample;

import io.tollgate.TollgateException;
import java.util.function.Supplier;
import org.apache.jmeter.samplers.AbstractSampler;
import org.apache.jmeter.samplers.Entry;
import org.apache.jmeter.samplers.Interruptible;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.samplers.Sampler;
import org.apache.jmeter.testbeans.TestBeanHelper;

/**
 * What JMeter runs for one sample in place of a sampler that has no token: it fails with the reason
 * and sends nothing. To JMeter that is a sample like any other, so all that follows a sample
 * follows, and nothing is thrown that it would log each time.
 */
final class TokenlessSampler extends AbstractSampler implements Interruptible {
  private static final long serialVersionUID = 1L;

  private final transient Sampler original;
  private final transient Supplier<TollgateException> failure;
  private final transient Supplier<SampleResult> result;

  /**
   * @param failure asked when the sample begins; {@code null}: the original runs after all
   */
  TokenlessSampler(
      Sampler original, Supplier<TollgateException> failure, Supplier<SampleResult> result) {
    this.original = original;
    this.failure = failure;
    this.result = result;
    setName(original.getName());
  }

  @Override
  public SampleResult sample(Entry entry) {
    TollgateException why = failure.get();
    if (why == null) {
      original.setThreadContext(getThreadContext());
      TestBeanHelper.prepare(original);
      return original.sample(entry);
    }
    SampleResult failed = result.get();
    failed.setSampleLabel(getName());
    FailedSample.state(failed, why);
    return failed;
  }

  @Override
  public boolean interrupt() {
    return original instanceof Interruptible && ((Interruptible) original).interrupt();
  }

  /** JMeter takes back what was changed for the sample in the sampler that ran. */
  @Override
  public void recoverRunningVersion() {
    original.recoverRunningVersion();
  }
}
