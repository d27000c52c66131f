package io.tollgate.dsl;

import io.tollgate.jmeter.elements.FeedbackPostProcessor;
import java.lang.reflect.Method;
import java.util.List;
import org.apache.jmeter.testbeans.gui.TestBeanGUI;
import org.apache.jmeter.testelement.TestElement;
import us.abstracta.jmeter.javadsl.codegeneration.MethodCall;
import us.abstracta.jmeter.javadsl.codegeneration.MethodCallContext;
import us.abstracta.jmeter.javadsl.codegeneration.SingleTestElementCallBuilder;
import us.abstracta.jmeter.javadsl.codegeneration.TestElementParamBuilder;
import us.abstracta.jmeter.javadsl.core.postprocessors.DslPostProcessor;
import us.abstracta.jmeter.javadsl.core.testelements.BaseTestElement;

/**
 * Reports how the API answered each sampler in its scope. Without it a token that is revoked before
 * its end is used until its end.
 */
public final class TollgateFeedback extends BaseTestElement implements DslPostProcessor {
  private static final String NAME = "Tollgate Feedback";

  private final String profile;
  private boolean maskTokens;
  private boolean replayRejected;
  private boolean replayAnyMethod;
  private String rejectionStatuses = "";
  private String rejectionText = "";
  private String limitText = "";

  TollgateFeedback(String profile) {
    super(NAME, TestBeanGUI.class);
    this.profile = profile;
  }

  /**
   * Takes tokens out of the request headers that results keep.
   *
   * @return this element
   */
  public TollgateFeedback maskTokens() {
    maskTokens = true;
    return this;
  }

  /**
   * Sends a rejected sample again, once, if its token was replaced while it was under way and its
   * method may be sent twice ({@code GET}, {@code HEAD}, {@code PUT} and the like).
   *
   * @return this element
   */
  public TollgateFeedback replayRejected() {
    replayRejected = true;
    return this;
  }

  /**
   * Goes with {@link #replayRejected} for any method, also one that does something twice.
   *
   * @return this element
   */
  public TollgateFeedback replayAnyMethod() {
    replayAnyMethod = true;
    return this;
  }

  /**
   * Takes other statuses than 401 for a rejected token too.
   *
   * @param statuses with commas between: {@code 403, 419, 498}. What is no number is named in the
   *     log and left out
   * @return this element
   */
  public TollgateFeedback rejectionStatuses(String statuses) {
    rejectionStatuses = statuses;
    return this;
  }

  /**
   * Takes an answer for a rejected token whose body has one of these texts in its first 64 KiB,
   * whatever its status.
   *
   * @param texts with {@code |} between
   * @return this element
   */
  public TollgateFeedback rejectionText(String texts) {
    rejectionText = texts;
    return this;
  }

  /**
   * Takes an answer for a limit, as 429 is one, whose body has one of these texts in its first 64
   * KiB, whatever its status.
   *
   * @param texts with {@code |} between
   * @return this element
   */
  public TollgateFeedback limitText(String texts) {
    limitText = texts;
    return this;
  }

  @Override
  protected TestElement buildTestElement() {
    FeedbackPostProcessor element = new FeedbackPostProcessor();
    element.setProfile(profile);
    element.setMaskTokens(maskTokens);
    element.setReplayRejected(replayRejected);
    element.setReplayAnyMethod(replayAnyMethod);
    element.setRejectionStatuses(rejectionStatuses);
    element.setRejectionText(rejectionText);
    element.setLimitText(limitText);
    return element;
  }

  /** Converts the element of a JMX file. */
  public static final class CodeBuilder
      extends SingleTestElementCallBuilder<FeedbackPostProcessor> {
    /**
     * For the code generator.
     *
     * @param builderMethods those that make this element
     */
    public CodeBuilder(List<Method> builderMethods) {
      super(FeedbackPostProcessor.class, builderMethods);
    }

    @Override
    protected MethodCall buildMethodCall(FeedbackPostProcessor element, MethodCallContext context) {
      TestElementParamBuilder params = new TestElementParamBuilder(element);
      MethodCall call = buildMethodCall(ProfileParam.of(element.getProfile()));
      for (String option : new String[] {"maskTokens", "replayRejected", "replayAnyMethod"}) {
        call.chain(option, params.boolParam(option, false));
      }
      for (String field : new String[] {"rejectionStatuses", "rejectionText", "limitText"}) {
        call.chain(field, params.stringParam(field, ""));
      }
      return call;
    }
  }
}
