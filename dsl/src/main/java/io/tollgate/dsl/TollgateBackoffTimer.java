package io.tollgate.dsl;

import io.tollgate.jmeter.elements.BackoffTimer;
import java.lang.reflect.Method;
import java.util.List;
import org.apache.jmeter.testbeans.gui.TestBeanGUI;
import org.apache.jmeter.testelement.TestElement;
import us.abstracta.jmeter.javadsl.codegeneration.MethodCall;
import us.abstracta.jmeter.javadsl.codegeneration.MethodCallContext;
import us.abstracta.jmeter.javadsl.codegeneration.SingleTestElementCallBuilder;
import us.abstracta.jmeter.javadsl.codegeneration.params.EnumParam;
import us.abstracta.jmeter.javadsl.codegeneration.params.EnumParam.EnumPropertyValue;
import us.abstracta.jmeter.javadsl.core.timers.BaseTimer;

/**
 * Holds each sampler in its scope while the API that it calls asks to wait, by {@code Retry-After}
 * or rate headers. One wait lasts {@code max_pause} at most (5 min if not set), and ends when the
 * thread is to end.
 */
public final class TollgateBackoffTimer extends BaseTimer {
  private static final String NAME = "Tollgate Backoff Timer";

  private final String profile;
  private Pacing pacing;

  TollgateBackoffTimer(String profile) {
    super(NAME, TestBeanGUI.class);
    this.profile = profile;
  }

  /**
   * Says whether threads spread what is left of the API's limit over the time to its reset.
   *
   * @param pacing if not set: as the profile has it
   * @return this element
   */
  public TollgateBackoffTimer pacing(Pacing pacing) {
    this.pacing = pacing;
    return this;
  }

  @Override
  protected TestElement buildTestElement() {
    BackoffTimer element = new BackoffTimer();
    element.setProfile(profile);
    element.setPacing(pacing == null ? "" : pacing.propertyValue());
    return element;
  }

  /** Whether threads spread what is left of a limit. */
  public enum Pacing implements EnumPropertyValue {
    /** Threads send until the API asks to wait. */
    OFF("off"),
    /** Threads spread what the API's rate headers say is left over the time to the reset. */
    RATE_HEADERS("rate_headers");

    private final String value;

    Pacing(String value) {
      this.value = value;
    }

    @Override
    public String propertyValue() {
      return value;
    }
  }

  /** Converts the element of a JMX file. */
  public static final class CodeBuilder extends SingleTestElementCallBuilder<BackoffTimer> {
    /**
     * For the code generator.
     *
     * @param builderMethods those that make this element
     */
    public CodeBuilder(List<Method> builderMethods) {
      super(BackoffTimer.class, builderMethods);
    }

    @Override
    protected MethodCall buildMethodCall(BackoffTimer element, MethodCallContext context) {
      return buildMethodCall(ProfileParam.of(element.getProfile()))
          .chain("pacing", new EnumParam<>(Pacing.class, element.getPacing(), null));
    }
  }
}
