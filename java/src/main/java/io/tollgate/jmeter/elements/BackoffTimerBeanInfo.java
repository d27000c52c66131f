package io.tollgate.jmeter.elements;

import org.apache.jmeter.testbeans.BeanInfoSupport;

/** How JMeter's GUI shows {@link BackoffTimer}. */
public final class BackoffTimerBeanInfo extends BeanInfoSupport {
  /** For JMeter. */
  public BackoffTimerBeanInfo() {
    super(BackoffTimer.class);
    createPropertyGroup("credential", new String[] {"profile"});
    createPropertyGroup("load", new String[] {"pacing"});
    Fields.profile(property("profile"));
    Fields.choice(property("pacing"), "", "off", "rate_headers");
  }
}
