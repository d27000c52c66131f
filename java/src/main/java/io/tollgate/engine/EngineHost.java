package io.tollgate.engine;

/** What the engine's side of the jar needs of the program around it. */
public interface EngineHost {
  /**
   * Reads one property, of the program or of the JVM.
   *
   * @param key its full name
   * @return its value or {@code null}
   */
  String property(String key);

  /**
   * Whether {@link #follow} must be called from time to time, because nothing else notices that a
   * run started or ended.
   *
   * @return {@code false} lets the event thread sleep
   */
  boolean mustPoll();

  /**
   * Looks whether a run started or ended, and tells the engine.
   *
   * @param engine of this JVM
   */
  void follow(Engine engine);

  /** Events came from the engine; called before any of them has an effect. */
  void eventsCame();
}
