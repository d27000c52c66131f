package io.tollgate.jmeter.elements;

import io.tollgate.jmeter.Feedback;
import io.tollgate.jmeter.Replay;
import io.tollgate.jmeter.sample.MaskedHeaders;
import io.tollgate.profile.TokenSource;
import org.apache.jmeter.processor.PostProcessor;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.testbeans.TestBean;
import org.apache.jmeter.testelement.AbstractTestElement;
import org.apache.jmeter.threads.JMeterContext;

/**
 * <b>Tollgate Feedback</b>: tells the engine how the API answered each sample in its scope.
 *
 * <p>A PostProcessor and not a listener: listeners above a Transaction Controller that makes a
 * parent sample never see its requests. The order of its work is fixed: first the answer is
 * attributed to the token that was sent, then a rejected sample may be replayed, and only then are
 * tokens masked, for the request headers are what attribution reads.
 *
 * <p>The class name and the names of its properties are in test plans: they do not change.
 */
public final class FeedbackPostProcessor extends AbstractTestElement
    implements PostProcessor, TestBean {
  private static final long serialVersionUID = 1L;

  private String profile = "";
  private boolean maskTokens;
  private boolean replayRejected;
  private boolean replayAnyMethod;

  private transient ProfileChoice choice;

  /** For JMeter. */
  public FeedbackPostProcessor() {}

  @Override
  public void process() {
    if (choice == null) {
      choice = new ProfileChoice();
    }
    JMeterContext context = getThreadContext();
    SampleResult result = context.getPreviousResult();
    if (result == null) {
      return;
    }
    TokenSource source = choice.ofSample(profile);
    try {
      Feedback.report(source, result);
      if (replayRejected) {
        Replay.ofRejected(source, context.getCurrentSampler(), result, replayAnyMethod);
      }
    } catch (Throwable e) {
      source.complain("Tollgate Feedback", e);
    } finally {
      if (maskTokens) {
        MaskedHeaders.in(result);
      }
    }
  }

  /**
   * The profile whose token was sent.
   *
   * @return blank: the one that authorized the sample
   */
  public String getProfile() {
    return profile;
  }

  /** For JMeter. */
  public void setProfile(String profile) {
    this.profile = profile == null ? "" : profile;
  }

  /**
   * Whether tokens are taken out of the request headers that results keep.
   *
   * @return {@code false} by default
   */
  public boolean getMaskTokens() {
    return maskTokens;
  }

  /** For JMeter. */
  public void setMaskTokens(boolean maskTokens) {
    this.maskTokens = maskTokens;
  }

  /**
   * Whether a sample is sent again, once, whose token was replaced while it was under way.
   *
   * @return {@code false} by default
   */
  public boolean getReplayRejected() {
    return replayRejected;
  }

  /** For JMeter. */
  public void setReplayRejected(boolean replayRejected) {
    this.replayRejected = replayRejected;
  }

  /**
   * Whether that goes for methods too that may do something twice.
   *
   * @return {@code false} by default
   */
  public boolean getReplayAnyMethod() {
    return replayAnyMethod;
  }

  /** For JMeter. */
  public void setReplayAnyMethod(boolean replayAnyMethod) {
    this.replayAnyMethod = replayAnyMethod;
  }
}
