package io.tollgate.testing;

import io.tollgate.jmeter.elements.AuthorizationPreProcessor;
import io.tollgate.run.JvmEngine;

/**
 * The main class of a child JVM: has the engine looked for on a thread of its own, or an element do
 * so, tells whether it is there when that thread has ended, and goes on as {@link FetchTokens}.
 */
public final class Prepared {
  private Prepared() {}

  public static void main(String[] arguments) {
    if (Boolean.getBoolean("by.element")) {
      new AuthorizationPreProcessor(); // as JMeter does that reads a plan
    } else {
      JvmEngine.prepare();
      JvmEngine.prepare();
    }
    Until.holds("the end of the start", () -> !isAlive("tollgate-start"));
    System.out.println("at work: " + isAlive("tollgate-events"));
    FetchTokens.main(arguments);
  }

  private static boolean isAlive(String thread) {
    return Thread.getAllStackTraces().keySet().stream().anyMatch(t -> t.getName().equals(thread));
  }
}
