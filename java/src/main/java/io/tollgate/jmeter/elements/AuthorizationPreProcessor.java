package io.tollgate.jmeter.elements;

import io.tollgate.TollgateException;
import io.tollgate.jmeter.Authorization;
import io.tollgate.jmeter.JMeterRunListener;
import io.tollgate.jmeter.http.HeaderInjection;
import io.tollgate.profile.SecretText;
import io.tollgate.profile.TokenSource;
import io.tollgate.profile.TokenSources;
import org.apache.jmeter.processor.PreProcessor;
import org.apache.jmeter.samplers.Sampler;
import org.apache.jmeter.testbeans.TestBean;
import org.apache.jmeter.threads.JMeterContextService;

/**
 * <b>Tollgate Authorization</b>: gives each sampler in its scope a live token, without a script.
 *
 * <p>A PreProcessor, because a header that is merged as a config element is frozen when it is not
 * the first one. It waits for a token outside the sample's time; the value is read when the request
 * is sent. Nothing that goes wrong here ends a thread or loses a sample: JMeter records no sample
 * for what a PreProcessor throws, and ends the thread for an error, so neither leaves this class
 * unless a failed sample has been recorded.
 *
 * <p>The class name and the names of its properties are in test plans: they do not change.
 */
public final class AuthorizationPreProcessor extends SampleElement
    implements PreProcessor, TestBean {
  private static final long serialVersionUID = 1L;

  private static final String PROFILE = "profile";
  private static final String USER = "user";
  private static final String PASSWORD = "password";
  private static final String KEEP_OWN = "keepAuthorization";
  private static final String CLIENT = "client";
  private static final String SECRET = "secret";

  private transient volatile Authorization authorization;

  /** For JMeter. */
  public AuthorizationPreProcessor() {
    JMeterRunListener.expectUse();
  }

  @Override
  boolean isField(String name) {
    switch (name) {
      case PROFILE:
      case USER:
      case PASSWORD:
      case CLIENT:
      case SECRET:
      case KEEP_OWN:
        return true;
      default:
        return false;
    }
  }

  @Override
  boolean isLaterField(String name) {
    return KEEP_OWN.equals(name) || CLIENT.equals(name) || SECRET.equals(name);
  }

  @Override
  public void process() {
    Sampler sampler = JMeterContextService.getContext().getCurrentSampler();
    TokenSource named = choice().of(text(PROFILE));
    if (isOn(KEEP_OWN) && HeaderInjection.keepsOwn(named, sampler)) {
      return;
    }
    Authorization made = authorization;
    if (made == null) {
      made = new Authorization();
      authorization = made; // two threads may make one each: it is a cache
    }
    String client = text(CLIENT);
    String user = text(USER);
    TokenSource source = named;
    try {
      source =
          client.isEmpty()
              ? source
              : source.forClient(client, secret(source, "Client secret", SECRET));
      source = user.isEmpty() ? source : source.forUser(user, secret(source, "Password", PASSWORD));
    } catch (TollgateException e) {
      source = TokenSources.refused(named.name(), e);
    }
    made.of(source, sampler);
  }

  private String secret(TokenSource source, String field, String property) {
    String what = source.title() + ": the field " + field + " of '" + getName() + "'";
    return SecretText.of(what, text(property));
  }

  /**
   * The profile whose token it gives.
   *
   * @return blank: the only one, or {@code default}
   */
  public String getProfile() {
    return text(PROFILE);
  }

  /** For JMeter. */
  public void setProfile(String profile) {
    set(PROFILE, profile);
  }

  /**
   * The user of the profile whose token it gives.
   *
   * @return blank: the profile's own
   */
  public String getUser() {
    return text(USER);
  }

  /** For JMeter. */
  public void setUser(String user) {
    set(USER, user);
  }

  /**
   * The user's password.
   *
   * @return a secret
   */
  public String getPassword() {
    return text(PASSWORD);
  }

  /** For JMeter. */
  public void setPassword(String password) {
    set(PASSWORD, password);
  }

  /**
   * Whether a sampler that the plan has an {@code Authorization} header for keeps that.
   *
   * @return {@code false} by default: it is replaced by the token
   */
  public boolean getKeepAuthorization() {
    return isOn(KEEP_OWN);
  }

  /** For JMeter. */
  public void setKeepAuthorization(boolean keepAuthorization) {
    set(KEEP_OWN, keepAuthorization);
  }

  /**
   * The id of the client whose token it gives.
   *
   * @return blank: the profile's client
   */
  public String getClient() {
    return text(CLIENT);
  }

  /** For JMeter. */
  public void setClient(String client) {
    set(CLIENT, client);
  }

  /**
   * The client's secret.
   *
   * @return a secret
   */
  public String getSecret() {
    return text(SECRET);
  }

  /** For JMeter. */
  public void setSecret(String secret) {
    set(SECRET, secret);
  }
}
