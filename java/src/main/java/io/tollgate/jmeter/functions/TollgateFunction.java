package io.tollgate.jmeter.functions;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.bridge.FailurePolicy;
import io.tollgate.bridge.Lease;
import io.tollgate.bridge.OnceLog;
import io.tollgate.bridge.TokenSource;
import io.tollgate.bridge.TokenSources;
import io.tollgate.jmeter.RunWatch;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.jmeter.engine.util.CompoundVariable;
import org.apache.jmeter.functions.AbstractFunction;
import org.apache.jmeter.functions.InvalidVariableException;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.samplers.Sampler;
import org.apache.jmeter.threads.JMeterContext;
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
 * <p>Making one also lets Tollgate follow JMeter's runs, see {@link RunWatch}.
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

  private CompoundVariable[] arguments = new CompoundVariable[0];

  /** For JMeter, which makes one of every function class before a run. */
  public TollgateFunction() {
    RunWatch.install();
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
  }

  @Override
  public String execute(SampleResult previousResult, Sampler currentSampler) {
    String profile = argument(0);
    String value = isInsideTest() ? value(profile, argument(1)) : outsideTest(profile);
    JMeterVariables variables = getVariables();
    if (variables != null && !argument(2).isEmpty()) {
      variables.put(argument(2), value);
    }
    return value;
  }

  private String argument(int index) {
    return index < arguments.length ? arguments[index].execute().trim() : "";
  }

  private static String value(String profile, String field) {
    TokenSource source = TokenSources.named(profile);
    try {
      Lease lease = source.acquire();
      switch (field.toLowerCase(Locale.ROOT)) {
        case "":
        case "authorization":
          return lease.authorization();
        case "token":
          return lease.token();
        case "remaining":
          return Long.toString(Math.max(0, TimeUnit.NANOSECONDS.toSeconds(lease.remainingNanos())));
        case "generation":
          return Long.toString(lease.generation());
        default:
          throw new TollgateException(
              ErrorCode.CONFIG,
              "profile '"
                  + profile
                  + "': __tollgate has no field '"
                  + field
                  + "'; use authorization, token, remaining or generation");
      }
    } catch (TollgateException e) {
      if (source.policy() == FailurePolicy.SEND_WITHOUT && e.getCode() != ErrorCode.CONFIG) {
        return "";
      }
      throw e;
    }
  }

  /**
   * User Defined Variables are evaluated once, on the engine's thread before any other, and keep
   * their value: a token there would be stale for the whole test.
   */
  private static boolean isInsideTest() {
    JMeterContext context = JMeterContextService.getContext();
    return context.getThread() != null
        || (JMeterContextService.getTestStartTime() != 0
            && !Thread.currentThread().getName().startsWith("StandardJMeterEngine"));
  }

  private static String outsideTest(String profile) {
    OnceLog.error(
        "outside a test " + profile,
        "profile '"
            + profile
            + "': ${__tollgate(…)} was evaluated outside a test thread (User Defined Variables are"
            + " evaluated once, before the test; so is what the Function Helper tries out) and is"
            + " no token there; put it into a Header Manager or the sampler's own field");
    return TOO_EARLY;
  }
}
