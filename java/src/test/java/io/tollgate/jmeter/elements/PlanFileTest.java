package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.testing.ChildJvm;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.SavedElements;
import org.apache.jmeter.processor.PostProcessor;
import org.apache.jmeter.processor.PreProcessor;
import org.apache.jmeter.testbeans.TestBeanHelper;
import org.apache.jmeter.testelement.AbstractTestElement;
import org.apache.jmeter.timers.Timer;
import org.junit.jupiter.api.Test;

/** What is in plan files for ever: class names, property names, defaults. */
class PlanFileTest {
  @Test
  void namesFieldsAndDefaultsAreWhatPlansRelyOnAndAreKept() throws Exception {
    String told =
        ChildJvm.start(
                SavedElements.class,
                "-Dtollgate.native.path=/nonexistent", // plans are edited where it can't load, too
                System.getProperty("tollgate.test.jmeter"),
                "AuthorizationPreProcessor",
                "user",
                "${who}",
                "FeedbackPostProcessor",
                "replayRejected",
                "true",
                "BackoffTimer",
                "profile",
                "genesys")
            .finish();
    for (String line :
        new String[] {
          "AuthorizationPreProcessor is shown as Tollgate Authorization {password=, profile=,"
              + " user=}",
          "AuthorizationPreProcessor keeps AuthorizationPreProcessor 'an element' ${who} under its"
              + " name",
          "FeedbackPostProcessor is shown as Tollgate Feedback {maskTokens=false, profile=,"
              + " replayAnyMethod=false, replayRejected=false}",
          "FeedbackPostProcessor keeps FeedbackPostProcessor 'an element' true under its name",
          "BackoffTimer is shown as Tollgate Backoff Timer {profile=}",
          "BackoffTimer keeps BackoffTimer 'an element' genesys under its name"
        }) {
      assertTrue(told.contains(line + "\n"), line + " is not in:\n" + told);
    }
  }

  @Test
  void eachHasOnePlaceInTheAddMenuAndCanBePreparedWithoutAProperty() {
    Plugin.ready();
    AbstractTestElement[] all = {
      new AuthorizationPreProcessor(), new FeedbackPostProcessor(), new BackoffTimer()
    };
    for (AbstractTestElement element : all) {
      TestBeanHelper.prepare(element);
      int roles = element instanceof PreProcessor ? 1 : 0;
      roles += element instanceof PostProcessor ? 1 : 0;
      roles += element instanceof Timer ? 1 : 0;
      assertEquals(1, roles, element.getClass().getName());
    }
  }
}
