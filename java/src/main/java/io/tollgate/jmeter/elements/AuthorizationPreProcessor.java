package io.tollgate.jmeter.elements;

import io.tollgate.jmeter.Authorization;
import io.tollgate.jmeter.JMeterRunListener;
import io.tollgate.profile.TokenSource;
import org.apache.jmeter.processor.PreProcessor;
import org.apache.jmeter.testbeans.TestBean;
import org.apache.jmeter.testelement.AbstractTestElement;

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
public final class AuthorizationPreProcessor extends AbstractTestElement
    implements PreProcessor, TestBean {
  private static final long serialVersionUID = 1L;

  private String profile = "";
  private String user = "";
  private String password = "";

  private transient ProfileChoice choice;
  private transient Authorization authorization;

  /** For JMeter. */
  public AuthorizationPreProcessor() {
    JMeterRunListener.expectUse();
  }

  @Override
  public void process() {
    if (choice == null) {
      choice = new ProfileChoice();
      authorization = new Authorization();
    }
    TokenSource named = choice.of(profile);
    TokenSource source =
        user.isEmpty() ? named : named.forUser(user, password == null ? "" : password);
    authorization.of(source, getThreadContext().getCurrentSampler());
  }

  /**
   * The profile whose token it gives.
   *
   * @return blank: the only one, or {@code default}
   */
  public String getProfile() {
    return profile;
  }

  /** For JMeter. */
  public void setProfile(String profile) {
    this.profile = profile == null ? "" : profile;
  }

  /**
   * The user of the profile whose token it gives.
   *
   * @return blank: the profile's own
   */
  public String getUser() {
    return user;
  }

  /** For JMeter. */
  public void setUser(String user) {
    this.user = user == null ? "" : user;
  }

  /**
   * The user's password.
   *
   * @return a secret
   */
  public String getPassword() {
    return password;
  }

  /** For JMeter. */
  public void setPassword(String password) {
    this.password = password == null ? "" : password;
  }
}
