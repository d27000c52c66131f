package io.tollgate.bridge;

import java.nio.ByteBuffer;

/**
 * What the engine shows of one handle to those who only look: the generation that is in service.
 *
 * <p>This is the form for Java 8, one raw native call for each look. The class of the same name
 * under {@code META-INF/versions/9} looks into the engine's memory instead and is what newer JVMs
 * load; both must tell the same at any time.
 *
 * <p>No objects of it: whoever looks keeps what it takes, because each reference that a read must
 * follow costs about as much as the look itself.
 */
final class Word {
  private Word() {}

  /** What {@link #generation} needs of a handle; {@code null} if that is nothing. */
  static ByteBuffer of(Engine engine, long handle) {
    return null;
  }

  /** The generation of the token in service, 0 if none is. Whoever sees it may use that token. */
  static long generation(Engine engine, long handle, ByteBuffer word) {
    return engine.generation(handle);
  }
}
