package io.tollgate.jmeter.elements;

import org.apache.jmeter.testbeans.BeanInfoSupport;

/** How JMeter's GUI shows {@link FeedbackPostProcessor}. */
public final class FeedbackPostProcessorBeanInfo extends BeanInfoSupport {
  /** For JMeter. */
  public FeedbackPostProcessorBeanInfo() {
    super(FeedbackPostProcessor.class);
    createPropertyGroup("credential", new String[] {"profile"});
    createPropertyGroup(
        "answers", new String[] {"rejectionStatuses", "rejectionText", "limitText"});
    createPropertyGroup("results", new String[] {"maskTokens"});
    createPropertyGroup("replay", new String[] {"replayRejected", "replayAnyMethod"});
    Fields.profile(property("profile"));
    Fields.text(property("rejectionStatuses"));
    Fields.text(property("rejectionText"));
    Fields.text(property("limitText"));
    Fields.off(property("maskTokens"));
    Fields.off(property("replayRejected"));
    Fields.off(property("replayAnyMethod"));
  }
}
