package io.tollgate.engine;

import io.tollgate.TollgateException;

/**
 * The native methods, one for one as the library exports them. Nothing here decides anything;
 * {@link DirectEngine} is the face of it for the rest of the jar. Touching this class loads no
 * library: that is {@link NativeLibrary}'s work, and it must have happened before the first call.
 *
 * <p>All methods may be called from any thread. Only {@link #awaitEvents} blocks. Those that say so
 * throw {@link TollgateException}; a fault in the engine surfaces as one with code {@code
 * INTERNAL}, never as a dead JVM.
 */
public final class NativeEngine {
  private NativeEngine() {}

  static native String version();

  static native void environment(String json, byte[][] trustAnchorsDer);

  static native long open(String profile, String[] settings, boolean redefine);

  static native long forUser(long handle, String user, String password);

  public static native long look(long handle, long until);

  static native boolean isAccepted(long handle, long generation);

  public static native String[] read(
      long handle, long minRemainingNanos, long waitedNanos, long limitNanos, long flight);

  static native String proof(long handle, long generation, String method, String url);

  static native void ended(long handle, long flight);

  static native void waited(long handle, long nanos);

  static native void report(
      long handle,
      int status,
      String origin,
      String[] responseHeaders,
      String authorizationSent,
      long stamp,
      long agoNanos);

  static native long pauseNanos(long handle, String origin, boolean spread);

  static native void paused(long handle, long nanos);

  static native String status(long handle);

  static native void runStarted(long runId);

  static native void runEnded();

  static native String summary(long handle, long reads);

  static native String[] awaitEvents(long timeoutMillis);

  static native String[] errorCodes();

  static native String[] traits(long handle);

  static native long steer(long handle, long thread);

  static native boolean permits(long handle, String origin);

  static native boolean visited(long handle, String own, String to, boolean carried);

  static native String[] journal(long after, int most);
}
