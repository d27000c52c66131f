package io.tollgate.dsl;

import io.tollgate.jmeter.TokenSampler;
import java.lang.reflect.Method;
import java.util.List;
import org.apache.jmeter.config.Arguments;
import org.apache.jmeter.protocol.java.control.gui.JavaTestSamplerGui;
import org.apache.jmeter.protocol.java.sampler.JavaSampler;
import org.apache.jmeter.testelement.TestElement;
import us.abstracta.jmeter.javadsl.codegeneration.MethodCall;
import us.abstracta.jmeter.javadsl.codegeneration.MethodCallContext;
import us.abstracta.jmeter.javadsl.codegeneration.SingleTestElementCallBuilder;
import us.abstracta.jmeter.javadsl.codegeneration.params.StringParam;
import us.abstracta.jmeter.javadsl.core.samplers.BaseSampler;

/** Reads a token as a sample of its own, whose time is the wait for the token. */
public final class TollgateTokenSampler extends BaseSampler<TollgateTokenSampler> {
  private static final String NAME = "Tollgate token";
  private static final String PROFILE = "profile";

  private final String profile;

  TollgateTokenSampler(String name, String profile) {
    super(name == null ? NAME : name, JavaTestSamplerGui.class);
    this.profile = profile;
  }

  @Override
  protected TestElement buildTestElement() {
    JavaSampler element = new JavaSampler();
    element.setClassname(TokenSampler.class.getName());
    Arguments arguments = new Arguments();
    arguments.addArgument(PROFILE, profile);
    element.setArguments(arguments);
    return element;
  }

  /** Converts the element of a JMX file. */
  public static final class CodeBuilder extends SingleTestElementCallBuilder<JavaSampler> {
    /**
     * For the code generator.
     *
     * @param builderMethods those that make this element
     */
    public CodeBuilder(List<Method> builderMethods) {
      super(JavaSampler.class, builderMethods);
    }

    /** A Java Request may be any class: this is for the one. */
    @Override
    public boolean matches(MethodCallContext context) {
      return super.matches(context)
          && TokenSampler.class
              .getName()
              .equals(((JavaSampler) context.getTestElement()).getClassname());
    }

    @Override
    protected MethodCall buildMethodCall(JavaSampler element, MethodCallContext context) {
      String profile = element.getArguments().getArgumentsAsMap().getOrDefault(PROFILE, "");
      return element.getName().equals(NAME)
          ? buildMethodCall(new StringParam(profile))
          : buildMethodCall(new StringParam(element.getName()), new StringParam(profile));
    }
  }
}
