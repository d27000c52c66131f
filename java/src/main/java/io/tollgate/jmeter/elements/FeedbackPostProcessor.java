package io.tollgate.jmeter.elements;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.jmeter.Feedback;
import io.tollgate.jmeter.Replay;
import io.tollgate.jmeter.http.Replayed;
import io.tollgate.jmeter.sample.MaskedTokens;
import io.tollgate.profile.AnswerRules;
import io.tollgate.profile.TokenSource;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.jmeter.processor.PostProcessor;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.testbeans.TestBean;
import org.apache.jmeter.testelement.ThreadListener;
import org.apache.jmeter.threads.JMeterContext;
import org.apache.jmeter.threads.JMeterContextService;

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
public final class FeedbackPostProcessor extends SampleElement
    implements PostProcessor, ThreadListener, TestBean {
  private static final long serialVersionUID = 1L;

  private static final String PROFILE = "profile";
  private static final String MASK_TOKENS = "maskTokens";
  private static final String REPLAY_REJECTED = "replayRejected";
  private static final String REPLAY_ANY_METHOD = "replayAnyMethod";
  private static final String REJECTION_STATUSES = "rejectionStatuses";
  private static final String REJECTION_TEXT = "rejectionText";
  private static final String LIMIT_TEXT = "limitText";
  private static final List<String> FIELDS =
      Collections.unmodifiableList(
          Arrays.asList(
              PROFILE,
              MASK_TOKENS,
              REPLAY_REJECTED,
              REPLAY_ANY_METHOD,
              REJECTION_STATUSES,
              REJECTION_TEXT,
              LIMIT_TEXT));

  /** What its fields said last of answers, read. */
  private transient volatile ElementRules rules;

  /** For JMeter. */
  public FeedbackPostProcessor() {}

  @Override
  boolean isField(String name) {
    return FIELDS.contains(name);
  }

  @Override
  boolean isLaterField(String name) {
    return REJECTION_STATUSES.equals(name)
        || REJECTION_TEXT.equals(name)
        || LIMIT_TEXT.equals(name);
  }

  /** Before the first sample: a request is kept when it is sent. */
  @Override
  public void threadStarted() {
    if (isOn(REPLAY_REJECTED)) {
      Replayed.want();
    }
  }

  @Override
  public void threadFinished() {
    // Nothing to do.
  }

  @Override
  public void process() {
    JMeterContext context = JMeterContextService.getContext();
    SampleResult result = context.getPreviousResult();
    if (result == null) {
      return;
    }
    TokenSource source = choice().ofSample(text(PROFILE));
    try {
      AnswerRules element = rules(source);
      boolean rejected = Feedback.report(source, result, element);
      if (rejected && isOn(REPLAY_REJECTED)) {
        Replay.ofRejected(
            source, context.getCurrentSampler(), result, element, isOn(REPLAY_ANY_METHOD));
      }
    } catch (Throwable e) {
      source.complain("Tollgate Feedback", e);
    } finally {
      if (isOn(MASK_TOKENS)) {
        MaskedTokens.in(result, source);
      }
    }
  }

  private AnswerRules rules(TokenSource source) {
    ElementRules known = rules;
    String[] fields = {text(REJECTION_STATUSES), text(REJECTION_TEXT), text(LIMIT_TEXT)};
    if (known == null || !known.isOf(fields)) {
      known = new ElementRules(source, fields);
      rules = known; // two threads may make one each: it is a cache
    }
    return known.read;
  }

  /**
   * The profile whose token was sent.
   *
   * @return blank: the one that authorized the sample
   */
  public String getProfile() {
    return text(PROFILE);
  }

  /** For JMeter. */
  public void setProfile(String profile) {
    set(PROFILE, profile);
  }

  /**
   * Statuses beside 401 that mean that the token was rejected.
   *
   * @return as typed; blank: the profile's alone
   */
  public String getRejectionStatuses() {
    return text(REJECTION_STATUSES);
  }

  /** For JMeter. */
  public void setRejectionStatuses(String statuses) {
    set(REJECTION_STATUSES, statuses);
  }

  /**
   * Texts in the body of an answer that mean it.
   *
   * @return as typed; blank: the profile's alone
   */
  public String getRejectionText() {
    return text(REJECTION_TEXT);
  }

  /** For JMeter. */
  public void setRejectionText(String texts) {
    set(REJECTION_TEXT, texts);
  }

  /**
   * Texts in the body of an answer that mean a limit.
   *
   * @return as typed; blank: the profile's alone
   */
  public String getLimitText() {
    return text(LIMIT_TEXT);
  }

  /** For JMeter. */
  public void setLimitText(String texts) {
    set(LIMIT_TEXT, texts);
  }

  /**
   * Whether tokens are taken out of the request headers that results keep.
   *
   * @return {@code false} by default
   */
  public boolean getMaskTokens() {
    return isOn(MASK_TOKENS);
  }

  /** For JMeter. */
  public void setMaskTokens(boolean maskTokens) {
    set(MASK_TOKENS, maskTokens);
  }

  /**
   * Whether a sample is sent again, once, whose token was replaced while it was under way.
   *
   * @return {@code false} by default
   */
  public boolean getReplayRejected() {
    return isOn(REPLAY_REJECTED);
  }

  /** For JMeter. */
  public void setReplayRejected(boolean replayRejected) {
    set(REPLAY_REJECTED, replayRejected);
  }

  /**
   * Whether that goes for methods too that may do something twice.
   *
   * @return {@code false} by default
   */
  public boolean getReplayAnyMethod() {
    return isOn(REPLAY_ANY_METHOD);
  }

  /** For JMeter. */
  public void setReplayAnyMethod(boolean replayAnyMethod) {
    set(REPLAY_ANY_METHOD, replayAnyMethod);
  }

  /** The fields about answers, as they were typed and as they are meant. */
  private static final class ElementRules {
    private final String[] fields;
    private final AnswerRules read;

    ElementRules(TokenSource source, String[] fields) {
      this.fields = fields;
      this.read = read(source, fields);
    }

    boolean isOf(String[] others) {
      return Arrays.equals(fields, others);
    }

    private static AnswerRules read(TokenSource source, String[] fields) {
      try {
        return new AnswerRules(fields[0], fields[1], fields[2]);
      } catch (NumberFormatException e) {
        source.complain(
            "Tollgate Feedback",
            new TollgateException(
                ErrorCode.CONFIG,
                source.title()
                    + ": the field 'Statuses that mean a rejected token' of Tollgate Feedback is '"
                    + fields[0]
                    + "'; write it like 403, 419, 498"));
        return AnswerRules.NONE;
      }
    }
  }
}
