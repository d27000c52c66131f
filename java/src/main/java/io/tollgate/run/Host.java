package io.tollgate.run;

import java.util.Map;

/**
 * What the program around Tollgate knows: JMeter's properties, its run and its thread's fate. One
 * implementation asks JMeter, the other serves a plain JVM, so that the API loads in both.
 */
public interface Host {
  /**
   * Identifies the run that is active.
   *
   * @return 0 if none is
   */
  long runId();

  /**
   * Whether this program has runs that begin and end.
   *
   * @return {@code false} if its one run is the life of the JVM
   */
  boolean hasRuns();

  /**
   * Reads one property.
   *
   * @param key its full name
   * @return its value or {@code null}
   */
  String property(String key);

  /**
   * Reads the properties that begin with a prefix.
   *
   * @param prefix up to and with the last dot
   * @return what follows the prefix, mapped to the value, in the order of the keys
   */
  Map<String, String> properties(String prefix);

  /**
   * Whether the calling thread was asked to stop, other than by an interrupt.
   *
   * @return {@code false} on a thread that is not the load generator's
   */
  boolean stopRequested();

  /**
   * Tells when the calling thread is to end by its schedule.
   *
   * @return as {@link System#currentTimeMillis}, 0 if there is no such time
   */
  long scheduledEndMillis();

  /**
   * Names the calling thread for as long as it lives, and the same in each of its loops.
   *
   * @return the upper half names its group, the lower half its number there
   */
  long threadKey();

  /** Lets the calling thread end instead of beginning another sample, as its schedule asks. */
  void endThread();
}
