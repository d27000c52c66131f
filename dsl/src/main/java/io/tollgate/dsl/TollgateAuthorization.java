package io.tollgate.dsl;

import io.tollgate.jmeter.elements.AuthorizationPreProcessor;
import java.lang.reflect.Method;
import java.util.List;
import org.apache.jmeter.testbeans.gui.TestBeanGUI;
import org.apache.jmeter.testelement.TestElement;
import us.abstracta.jmeter.javadsl.codegeneration.MethodCall;
import us.abstracta.jmeter.javadsl.codegeneration.MethodCallContext;
import us.abstracta.jmeter.javadsl.codegeneration.SingleTestElementCallBuilder;
import us.abstracta.jmeter.javadsl.codegeneration.TestElementParamBuilder;
import us.abstracta.jmeter.javadsl.core.preprocessors.DslPreProcessor;
import us.abstracta.jmeter.javadsl.core.testelements.BaseTestElement;

/**
 * Gives each sampler in its scope a live token. It waits for one before the sample starts, so that
 * the wait is no part of the sample time.
 */
public final class TollgateAuthorization extends BaseTestElement implements DslPreProcessor {
  private static final String NAME = "Tollgate Authorization";

  private final String profile;
  private String user = "";
  private String password = "";
  private String client = "";
  private String secret = "";
  private boolean keepAuthorization;

  TollgateAuthorization(String profile) {
    super(NAME, TestBeanGUI.class);
    this.profile = profile;
  }

  /**
   * Takes the token of a user of the profile, which has the {@code password} grant.
   *
   * @param user the user's name; may be a variable, {@code ${user}}
   * @param password the user's password, {@code env:NAME} or {@code file:PATH}; may be a variable
   * @return this element
   */
  public TollgateAuthorization forUser(String user, String password) {
    this.user = user;
    this.password = password;
    return this;
  }

  /**
   * Takes the token of another client than the profile's.
   *
   * @param id the client's id; may be a variable, {@code ${client}}
   * @param secret the client's secret, {@code env:NAME} or {@code file:PATH}; may be a variable
   * @return this element
   */
  public TollgateAuthorization forClient(String id, String secret) {
    this.client = id;
    this.secret = secret;
    return this;
  }

  /**
   * Leaves samplers alone for which the plan has an {@code Authorization} header. Without it the
   * token replaces that header.
   *
   * @return this element
   */
  public TollgateAuthorization keepAuthorization() {
    keepAuthorization = true;
    return this;
  }

  @Override
  protected TestElement buildTestElement() {
    AuthorizationPreProcessor element = new AuthorizationPreProcessor();
    element.setProfile(profile);
    element.setUser(user);
    element.setPassword(password);
    element.setClient(client);
    element.setSecret(secret);
    element.setKeepAuthorization(keepAuthorization);
    return element;
  }

  /** Converts the element of a JMX file. */
  public static final class CodeBuilder
      extends SingleTestElementCallBuilder<AuthorizationPreProcessor> {
    /**
     * For the code generator.
     *
     * @param builderMethods those that make this element
     */
    public CodeBuilder(List<Method> builderMethods) {
      super(AuthorizationPreProcessor.class, builderMethods);
    }

    @Override
    protected MethodCall buildMethodCall(
        AuthorizationPreProcessor element, MethodCallContext context) {
      TestElementParamBuilder params = new TestElementParamBuilder(element);
      return buildMethodCall(ProfileParam.of(element.getProfile()))
          .chain("forUser", params.stringParam("user", ""), params.stringParam("password", ""))
          .chain("forClient", params.stringParam("client", ""), params.stringParam("secret", ""))
          .chain("keepAuthorization", params.boolParam("keepAuthorization", false));
    }
  }
}
