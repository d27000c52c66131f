package io.tollgate.bridge;

/**
 * What the engine shows of one handle to those who only look: the generation that is in service.
 *
 * <p>This is the form for Java 8, one raw native call for each look. The class of the same name
 * under {@code META-INF/versions/9} looks into the engine's memory instead and is what newer JVMs
 * load; both must tell the same at any time.
 */
final class Word {
  private final Engine engine;
  private final long handle;

  Word(Engine engine, long handle) {
    this.engine = engine;
    this.handle = handle;
  }

  /** The generation of the token in service, 0 if none is. Whoever sees it may use that token. */
  long generation() {
    return engine.generation(handle);
  }
}
