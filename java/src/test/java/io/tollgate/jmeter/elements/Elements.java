package io.tollgate.jmeter.elements;

/** The elements as a test plan has them: by their properties. */
final class Elements {
  private Elements() {}

  static AuthorizationPreProcessor authorization(String profile) {
    AuthorizationPreProcessor element = new AuthorizationPreProcessor();
    element.setName("authorize");
    element.setProperty("profile", profile);
    return element;
  }

  static FeedbackPostProcessor feedback(String... switches) {
    FeedbackPostProcessor element = new FeedbackPostProcessor();
    element.setName("report");
    element.setProperty("profile", "");
    for (String on : switches) {
      element.setProperty(on, true);
    }
    return element;
  }

  static BackoffTimer timer() {
    BackoffTimer element = new BackoffTimer();
    element.setName("back off");
    element.setProperty("profile", "");
    return element;
  }
}
