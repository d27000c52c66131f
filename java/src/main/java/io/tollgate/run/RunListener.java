package io.tollgate.run;

/** Called when a run starts and ends. */
public interface RunListener {
  /** A run starts, or its settings are read anew. */
  void runStarted();

  /**
   * A run ends: the last chance to log.
   *
   * @param run as {@link Runs#current} named it
   */
  void runEnded(long run);
}
