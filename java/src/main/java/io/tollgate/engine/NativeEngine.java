package io.tollgate.engine;

import io.tollgate.TollgateException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongBinaryOperator;

/**
 * The engine in this copy's own native library: its methods, one for one as the library exports
 * them. Nothing here decides anything. Touching this class loads no library: that is {@link
 * NativeLibrary}'s work, and it must have happened before the first call.
 *
 * <p>Those that say so throw {@link TollgateException}; a fault in the engine surfaces as one with
 * code {@code INTERNAL}, never as a dead JVM.
 */
final class NativeEngine implements Engine {
  private final WakeFutures wakes;

  /** The event thread completes the futures. */
  NativeEngine(WakeFutures wakes) {
    this.wakes = wakes;
  }

  @Override
  public LongBinaryOperator look() {
    return NativeEngine::look;
  }

  @Override
  public CompletableFuture<Void> wake(long handle) {
    return wakes.next(handle);
  }

  @Override
  public native String version();

  @Override
  public native void environment(String json, byte[][] trustAnchorsDer);

  @Override
  public native long open(
      String profile, Map<String, Map<String, String>> settings, boolean redefine);

  @Override
  public native long forUser(long handle, String user, String password);

  @Override
  public native long forClient(long handle, String client, String secret);

  private static native long look(long handle, long until);

  @Override
  public native boolean isAccepted(long handle, long generation);

  @Override
  public native ServedToken read(
      long handle, long minRemainingNanos, long waitedNanos, long limitNanos, long flight);

  @Override
  public native String proof(long handle, long generation, String method, String url);

  @Override
  public native void ended(long handle, long flight);

  @Override
  public native void waited(long handle, long nanos);

  @Override
  public native boolean report(
      long handle,
      int status,
      String origin,
      String responseHeaders,
      String body,
      int finding,
      String authorizationSent,
      long stamp,
      long agoNanos);

  @Override
  public native long pace(long handle, String origin, long waited);

  @Override
  public native long pauseNanos(long handle, String origin, boolean spread);

  @Override
  public native void paused(long handle, long nanos);

  @Override
  public native String status(long handle);

  @Override
  public native String tokenEndpoint(long handle);

  @Override
  public native String tokenEndpointOf(String profile, Map<String, Map<String, String>> settings);

  @Override
  public native String fleetState(
      String profile, Map<String, Map<String, String>> settings, boolean triesRights);

  @Override
  public native long tryOut(String profile, Map<String, Map<String, String>> settings);

  @Override
  public native String[] trialNews(long trial, long after, long waitMillis);

  @Override
  public native void forgetTrial(long trial);

  @Override
  public native void runStarted(long runId);

  @Override
  public native void runEnded();

  @Override
  public native String summary(long handle, long reads);

  @Override
  public native String[] awaitEvents(long timeoutMillis);

  @Override
  public native String[] errorCodes();

  @Override
  public native String traits(long handle);

  @Override
  public native long steer(long handle, long thread);

  @Override
  public native boolean permits(long handle, String origin);

  @Override
  public native boolean visited(long handle, String own, String to, boolean carried);

  @Override
  public native String[] journal(long after, int most);

  /**
   * The JVM ends: waits until refresh tokens that were given are in their files, and lets no other
   * be sent from there.
   *
   * @param mostMillis blocks at most this long
   * @return whether all are there
   */
  native boolean finish(long mostMillis);
}
