package io.tollgate.bridge;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the engine shows of one handle to those who only look: the generation that is in service.
 *
 * <p>This is the form for Java 9 and newer: a load from memory that the engine never frees or moves
 * and alone writes to. With {@code -Dtollgate.read=jni} it makes the native call that Java 8 makes,
 * so that tests can run both.
 *
 * <p>No objects of it: whoever looks keeps what it takes, because each reference that a read must
 * follow costs about as much as the look itself.
 */
final class Word {
  private static final VarHandle NUMBER =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final boolean BY_CALL = "jni".equals(System.getProperty("tollgate.read"));

  private Word() {}

  /** What {@link #generation} needs of a handle; {@code null} if that is nothing. */
  static ByteBuffer of(Engine engine, long handle) {
    return BY_CALL ? null : engine.word(handle);
  }

  /** The generation of the token in service, 0 if none is. Whoever sees it may use that token. */
  static long generation(Engine engine, long handle, ByteBuffer word) {
    return BY_CALL ? engine.generation(handle) : (long) NUMBER.getAcquire(word, 0);
  }
}
