package io.tollgate.dsl;

/**
 * The elements of Tollgate for plans written with jmeter-java-dsl.
 *
 * <pre>{@code
 * testPlan(
 *     tollgateCredential("genesys")
 *         .tokenUrl("https://login.example.com/oauth/token")
 *         .clientId("4c1e")
 *         .clientSecret("env:GENESYS_SECRET"),
 *     tollgateAuthorization(),
 *     tollgateBackoffTimer(),
 *     tollgateFeedback(),
 *     threadGroup(500, Duration.ofMinutes(10), httpSampler("https://api.example.com/users/me"))
 * ).run();
 * }</pre>
 *
 * <p>The JVM has one token cache, so all thread groups and plans that run in it share the token of
 * a profile. A blank profile means the only one that is defined, or the one called {@code default}.
 * What is wrong in a profile does not fail the build of the plan: each sample fails with a message
 * that names the profile, the cause and what to check, and is counted by {@code
 * stats.overall().errorsCount()}.
 *
 * <p>With {@code new DslCodeGenerator().addBuildersFrom(TollgateDsl.class)}, plans in JMX files
 * that have these elements are converted too.
 */
public final class TollgateDsl {
  private TollgateDsl() {}

  /**
   * Defines a profile: which token, and from where. It belongs at the top of the plan.
   *
   * @param profile the name of the profile: letters, digits, {@code _} and {@code -}
   * @return the element, for its settings
   * @throws IllegalArgumentException if the name is blank
   */
  public static TollgateCredential tollgateCredential(String profile) {
    return new TollgateCredential(profile);
  }

  /**
   * Gives each sampler in its scope a live token of the only profile.
   *
   * @return the element, for its options
   */
  public static TollgateAuthorization tollgateAuthorization() {
    return new TollgateAuthorization("");
  }

  /**
   * Gives each sampler in its scope a live token of a profile. A sample for which there is no token
   * within {@code token_timeout} (30 s if not set) fails and is not sent.
   *
   * @param profile the name of the profile; blank: the only one
   * @return the element, for its options
   */
  public static TollgateAuthorization tollgateAuthorization(String profile) {
    return new TollgateAuthorization(profile);
  }

  /**
   * Reports what the API answered each sampler in its scope: 401s, 429s and rate headers.
   *
   * @return the element, for its options
   */
  public static TollgateFeedback tollgateFeedback() {
    return new TollgateFeedback("");
  }

  /**
   * As {@link #tollgateFeedback()}, for samplers whose token another element or a script set.
   *
   * @param profile the profile whose token was sent; blank: the one that authorized the sample
   * @return the element, for its options
   */
  public static TollgateFeedback tollgateFeedback(String profile) {
    return new TollgateFeedback(profile);
  }

  /**
   * Holds each sampler in its scope while the API that it calls asks to wait.
   *
   * @return the element, for its options
   */
  public static TollgateBackoffTimer tollgateBackoffTimer() {
    return new TollgateBackoffTimer("");
  }

  /**
   * As {@link #tollgateBackoffTimer()}, for samplers whose token another element or a script set.
   *
   * @param profile the profile whose API is called; blank: the one that authorizes the sample
   * @return the element, for its options
   */
  public static TollgateBackoffTimer tollgateBackoffTimer(String profile) {
    return new TollgateBackoffTimer(profile);
  }

  /**
   * Reads a token as a sample of its own. Its sample time is the time, in milliseconds, that the
   * thread waited for a token; its result does not contain the token. The sample fails if there is
   * none within {@code token_timeout} (30 s if not set).
   *
   * @param profile the name of the profile; blank: the only one
   * @return the sampler
   */
  public static TollgateTokenSampler tollgateTokenSampler(String profile) {
    return new TollgateTokenSampler(null, profile);
  }

  /**
   * As {@link #tollgateTokenSampler(String)}, with a label for its results.
   *
   * @param name the label
   * @param profile the name of the profile; blank: the only one
   * @return the sampler
   */
  public static TollgateTokenSampler tollgateTokenSampler(String name, String profile) {
    return new TollgateTokenSampler(name, profile);
  }
}
