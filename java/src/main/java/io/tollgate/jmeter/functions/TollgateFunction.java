package io.tollgate.jmeter.functions;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.engine.OnceLog;
import io.tollgate.jmeter.JMeterRunListener;
import io.tollgate.profile.FailurePolicy;
import io.tollgate.profile.Lease;
import io.tollgate.profile.TokenSource;
import io.tollgate.profile.TokenSources;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.apache.jmeter.engine.PreCompiler;
import org.apache.jmeter.engine.util.CompoundVariable;
import org.apache.jmeter.functions.AbstractFunction;
import org.apache.jmeter.functions.InvalidVariableException;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.samplers.Sampler;
import org.apache.jmeter.threads.JMeterContextService;
import org.apache.jmeter.threads.JMeterVariables;

/**
 * {@code ${__tollgate(profile,field,variable)}}: the token for any field of any element. The field
 * is {@code authorization} (the default), {@code token}, {@code remaining} (whole seconds) or
 * {@code generation}; the optional variable receives the value too.
 *
 * <p>Where there is no token it throws, which a sampler that evaluates it turns into a failed
 * sample; with {@code on_token_failure=send_without} it is empty.
 *
 * <p>Making one also lets Tollgate follow JMeter's runs, see {@link JMeterRunListener}.
 */
public final class TollgateFunction extends AbstractFunction {
  private static final String KEY = "__tollgate";
  private static final List<String> ARGUMENTS =
      Collections.unmodifiableList(
          Arrays.asList(
              "Name of the profile",
              "authorization (default), token, remaining or generation",
              "Name of the variable to store the value in (optional)"));

  /** The value where a token would be frozen: it says so wherever the plan then shows it. */
  private static final String TOO_EARLY = "tollgate-evaluated-before-the-test-see-jmeter-log";

  private static final String ENGINE = "StandardJMeterEngine";

  /** The value where no token was to be had when the test started. */
  private static final String NO_TOKEN = "tollgate-has-no-token-see-jmeter-log";

  private CompoundVariable[] arguments = new CompoundVariable[0];

  /** The arguments that are the same at each evaluation, {@code null} for the others. */
  private String[] constants = {"", "", ""};

  /** The profile's, if that is the same at each evaluation, and the field's. */
  private TokenSource constantSource;

  private TokenField constantField;

  /**
   * A thread that is known to be a test's: it stays one as long as it lives. Any thread may set it
   * at any time, and a thread that finds another one there looks it up itself.
   */
  private Thread insideTest;

  /** For JMeter, which makes one of every function class before a run. */
  public TollgateFunction() {
    JMeterRunListener.install();
  }

  @Override
  public String getReferenceKey() {
    return KEY;
  }

  @Override
  public List<String> getArgumentDesc() {
    return ARGUMENTS;
  }

  @Override
  public void setParameters(Collection<CompoundVariable> parameters)
      throws InvalidVariableException {
    checkParameterCount(parameters, 1, 3);
    arguments = parameters.toArray(new CompoundVariable[0]);
    constants = new String[ARGUMENTS.size()];
    for (int i = 0; i < constants.length; i++) {
      constants[i] =
          i >= arguments.length ? "" : arguments[i].hasFunction() ? null : evaluated(arguments[i]);
    }
    constantSource = constants[0] == null ? null : TokenSources.named(constants[0]);
    constantField = constants[1] == null ? null : TokenField.named(constants[1]);
  }

  @Override
  public String execute(SampleResult previousResult, Sampler currentSampler) {
    String value = isInsideTest() ? valueOrWords() : outsideTest(argument(0));
    String variable = argument(2);
    if (!variable.isEmpty()) {
      JMeterVariables variables = getVariables();
      if (variables != null) {
        variables.put(variable, value);
      }
    }
    return value;
  }

  private String argument(int index) {
    String constant = constants[index];
    return constant == null ? evaluated(arguments[index]) : constant;
  }

  private static String evaluated(CompoundVariable argument) {
    return argument.execute().trim();
  }

  private String value() {
    TokenSource source = constantSource == null ? TokenSources.named(argument(0)) : constantSource;
    try {
      Lease lease = source.acquire();
      TokenField field = constantField == null ? TokenField.named(argument(1)) : constantField;
      if (field == null) {
        throw new TollgateException(
            ErrorCode.CONFIG,
            source.title()
                + ": __tollgate has no field '"
                + argument(1).toLowerCase(Locale.ROOT)
                + "'; use authorization, token, remaining or generation");
      }
      return field.of(lease);
    } catch (TollgateException e) {
      if (source.policy() == FailurePolicy.SEND_WITHOUT && e.getCode() != ErrorCode.CONFIG) {
        return "";
      }
      throw e;
    }
  }

  /**
   * Whether a token can be handed out here. On JMeter's own threads: always. On the engine's, which
   * tells elements that the test starts, too; but not while it evaluates User Defined Variables,
   * once for the whole test, and in no thread without a test.
   */
  private boolean isInsideTest() {
    Thread current = Thread.currentThread();
    if (current == insideTest) {
      return true;
    }
    if (JMeterContextService.getContext().getThread() != null) {
      insideTest = current;
      return true;
    }
    return JMeterContextService.getTestStartTime() != 0 && !isCompiling();
  }

  private static boolean isCompiling() {
    for (StackTraceElement frame : new Throwable().getStackTrace()) {
      if (frame.getClassName().equals(PreCompiler.class.getName())) {
        return true;
      }
    }
    return false;
  }

  /**
   * On the engine's thread, when elements are told that the test starts, it must not throw: JMeter
   * would not run the test, and end as if all were well.
   */
  private String valueOrWords() {
    try {
      return value();
    } catch (TollgateException e) {
      if (!Thread.currentThread().getName().startsWith(ENGINE)) {
        throw e;
      }
      OnceLog.error(argument(0), e);
      return NO_TOKEN;
    }
  }

  private static String outsideTest(String profile) {
    OnceLog.error(
        "outside a test " + profile,
        "profile '"
            + profile
            + "': ${__tollgate(…)} was evaluated before the test, where its value is kept for the"
            + " whole test (User Defined Variables) or is for show (the Function Helper), so it is"
            + " no token there; put it into a Header Manager, a field of a sampler or of a"
            + " configuration element");
    return TOO_EARLY;
  }
}
