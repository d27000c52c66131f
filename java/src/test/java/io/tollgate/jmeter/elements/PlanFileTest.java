package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.testing.ChildJvm;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.ReopenedPlan;
import io.tollgate.testing.SavedElements;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.stream.Collectors;
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
          "AuthorizationPreProcessor is shown as Tollgate Authorization {client=,"
              + " keepAuthorization=false, password=, profile=, secret=, user=}",
          "AuthorizationPreProcessor keeps AuthorizationPreProcessor 'an element' ${who} under its"
              + " name",
          "FeedbackPostProcessor is shown as Tollgate Feedback {limitText=, maskTokens=false,"
              + " profile=, rejectionStatuses=, rejectionText=, replayAnyMethod=false,"
              + " replayRejected=false}",
          "FeedbackPostProcessor keeps FeedbackPostProcessor 'an element' true under its name",
          "BackoffTimer is shown as Tollgate Backoff Timer {pacing=, profile=}",
          "BackoffTimer keeps BackoffTimer 'an element' genesys under its name"
        }) {
      assertTrue(told.contains(line + "\n"), line + " is not in:\n" + told);
    }
  }

  /**
   * One of each, as version 0.1.0 saved it: classes, forms, properties, the function, the sampler.
   */
  @Test
  void aPlanSavedByTheFirstVersionOpensAndIsSavedAgainTheSame() throws Exception {
    Path plan = Paths.get(PlanFileTest.class.getResource("saved-by-0.1.0.jmx").toURI());
    String saved = new String(Files.readAllBytes(plan), StandardCharsets.UTF_8);
    String again =
        ChildJvm.start(
                ReopenedPlan.class,
                "-Djava.awt.headless=true",
                "-Dtollgate.native.path=/nonexistent",
                System.getProperty("tollgate.test.jmeter"),
                plan.toString())
            .finish();
    String expected = saved.replaceFirst("<!--.*-->\n", "");
    assertEquals(sortedLines(expected), sortedLines(again.substring(again.indexOf("<?xml"))));
  }

  /** The properties of an element have no order. */
  private static String sortedLines(String plan) {
    return Arrays.stream(plan.split("\r?\n")).sorted().collect(Collectors.joining("\n"));
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
