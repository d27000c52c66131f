package io.tollgate.jmeter.elements;

import org.apache.jmeter.testbeans.BeanInfoSupport;
import org.apache.jmeter.testbeans.gui.TypeEditor;

/** How JMeter's GUI shows {@link AuthorizationPreProcessor}. */
public final class AuthorizationPreProcessorBeanInfo extends BeanInfoSupport {
  /** For JMeter. */
  public AuthorizationPreProcessorBeanInfo() {
    super(AuthorizationPreProcessor.class);
    createPropertyGroup(
        "credential", new String[] {"profile", "user", "password", "client", "secret"});
    createPropertyGroup("headers", new String[] {"keepAuthorization"});
    Fields.profile(property("profile"));
    Fields.text(property("user"));
    Fields.text(property("password", TypeEditor.PasswordEditor));
    Fields.text(property("client"));
    Fields.text(property("secret", TypeEditor.PasswordEditor));
    Fields.off(property("keepAuthorization"));
  }
}
