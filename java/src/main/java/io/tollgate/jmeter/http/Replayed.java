package io.tollgate.jmeter.http;

import io.tollgate.run.Hosts;

/** Whether requests may be sent once more in this run, so that they must be kept. */
public final class Replayed {
  private static volatile long run = -1;

  private Replayed() {}

  /** An element of this run sends rejected requests once more. */
  public static void want() {
    run = Hosts.current().runId();
  }

  static boolean areWanted() {
    return run == Hosts.current().runId();
  }
}
