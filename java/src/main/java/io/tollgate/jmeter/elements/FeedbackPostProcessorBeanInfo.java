package io.tollgate.jmeter.elements;

import org.apache.jmeter.testbeans.BeanInfoSupport;

/** How JMeter's GUI shows {@link FeedbackPostProcessor}. */
public final class FeedbackPostProcessorBeanInfo extends BeanInfoSupport {
  /** For JMeter. */
  public FeedbackPostProcessorBeanInfo() {
    super(FeedbackPostProcessor.class);
    createPropertyGroup("credential", new String[] {"profile"});
    createPropertyGroup("results", new String[] {"maskTokens"});
    createPropertyGroup("replay", new String[] {"replayRejected", "replayAnyMethod"});
    Fields.text(property("profile"));
    Fields.off(property("maskTokens"));
    Fields.off(property("replayRejected"));
    Fields.off(property("replayAnyMethod"));
  }
}
