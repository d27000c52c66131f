package io.tollgate.dsl;

import io.tollgate.jmeter.elements.CredentialConfig;
import io.tollgate.jmeter.elements.CredentialConfigGui;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.jmeter.testelement.TestElement;
import us.abstracta.jmeter.javadsl.codegeneration.MethodCall;
import us.abstracta.jmeter.javadsl.codegeneration.MethodCallContext;
import us.abstracta.jmeter.javadsl.codegeneration.SingleTestElementCallBuilder;
import us.abstracta.jmeter.javadsl.codegeneration.params.StringParam;
import us.abstracta.jmeter.javadsl.core.configs.BaseConfigElement;

/**
 * A profile that is defined in the plan. A property {@code tollgate.profile.<name>.<setting>} beats
 * what is set here.
 *
 * <p>Values are not checked before the plan runs: what is wrong with them is the message of each
 * sample of the profile, which fails. A value may be {@code env:NAME} or {@code file:PATH}, read
 * where the plan runs.
 */
public final class TollgateCredential extends BaseConfigElement {
  private static final String NAME = "Tollgate Credential";

  /** The settings that have a method of their own, with its name. */
  private static final Map<String, String> METHODS = new LinkedHashMap<>();

  static {
    METHODS.put("preset", "preset");
    METHODS.put("token_url", "tokenUrl");
    METHODS.put("issuer", "issuer");
    METHODS.put("grant", "grant");
    METHODS.put("client_id", "clientId");
    METHODS.put("client_secret", "clientSecret");
    METHODS.put("scope", "scope");
  }

  private final String profile;
  private final Map<String, String> settings = new LinkedHashMap<>();

  TollgateCredential(String profile) {
    super(NAME, CredentialConfigGui.class);
    this.profile = present("the name of the profile", profile);
  }

  private static String present(String what, String value) {
    if (value == null || value.trim().isEmpty()) {
      throw new IllegalArgumentException(what + " is blank");
    }
    return value.trim();
  }

  /**
   * Chooses what is known of a kind of server: {@code keycloak}, {@code entra}, {@code
   * genesys_cloud} and others.
   *
   * @param preset its name
   * @return this element
   */
  public TollgateCredential preset(String preset) {
    return setting("preset", preset);
  }

  /**
   * Names the token endpoint.
   *
   * @param url with {@code https}, or with {@code http} on loopback
   * @return this element
   */
  public TollgateCredential tokenUrl(String url) {
    return setting("token_url", url);
  }

  /**
   * Names the issuer, whose metadata name the token endpoint, instead of {@link #tokenUrl}.
   *
   * @param issuer the issuer's name, to the letter
   * @return this element
   */
  public TollgateCredential issuer(String issuer) {
    return setting("issuer", issuer);
  }

  /**
   * Chooses the grant.
   *
   * @param grant {@code client_credentials}, {@code password}, {@code refresh_token} and others; if
   *     not set, it follows from the preset and the other settings
   * @return this element
   */
  public TollgateCredential grant(String grant) {
    return setting("grant", grant);
  }

  /**
   * Names the client.
   *
   * @param id the client's id
   * @return this element
   */
  public TollgateCredential clientId(String id) {
    return setting("client_id", id);
  }

  /**
   * Says where the client's secret is.
   *
   * @param secret {@code env:NAME} or {@code file:PATH}. Anything else is the secret itself, and
   *     then part of the plan and of each JMX file made of it
   * @return this element
   */
  public TollgateCredential clientSecret(String secret) {
    return setting("client_secret", secret);
  }

  /**
   * Asks for scopes.
   *
   * @param scope one or more, with spaces between
   * @return this element
   */
  public TollgateCredential scope(String scope) {
    return setting("scope", scope);
  }

  /**
   * Sets any setting of a profile.
   *
   * @param name its name, as the page of all settings has it: {@code client_auth}, {@code
   *     token_param.audience}
   * @param value its value; durations have a unit: {@code 300ms}, {@code 540s}, {@code 5m}
   * @return this element
   * @throws IllegalArgumentException if the name is blank
   */
  public TollgateCredential setting(String name, String value) {
    settings.put(present("the name of the setting", name), value);
    return this;
  }

  /**
   * Sets a setting that is a duration: {@code token_timeout}, {@code refresh_margin}.
   *
   * @param name its name
   * @param value to the millisecond; what is shorter is left out
   * @return this element
   * @throws IllegalArgumentException if the name is blank or the duration is negative
   */
  public TollgateCredential setting(String name, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(name + " is negative: " + value);
    }
    return setting(name, value.toMillis() + "ms");
  }

  @Override
  protected TestElement buildTestElement() {
    CredentialConfig element = new CredentialConfig();
    element.setProfile(profile);
    element.setSettings(settings);
    return element;
  }

  /** Converts the element of a JMX file. */
  public static final class CodeBuilder extends SingleTestElementCallBuilder<CredentialConfig> {
    /**
     * For the code generator.
     *
     * @param builderMethods those that make this element
     */
    public CodeBuilder(List<Method> builderMethods) {
      super(CredentialConfig.class, builderMethods);
    }

    @Override
    protected MethodCall buildMethodCall(CredentialConfig element, MethodCallContext context) {
      MethodCall call = buildMethodCall(new StringParam(element.getProfile()));
      element
          .getSettings()
          .forEach(
              (name, value) -> {
                String method = METHODS.get(name);
                if (method != null) {
                  call.chain(method, new StringParam(value));
                } else {
                  call.chain("setting", new StringParam(name), new StringParam(value));
                }
              });
      return call;
    }
  }
}
