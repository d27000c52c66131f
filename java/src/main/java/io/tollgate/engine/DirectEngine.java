package io.tollgate.engine;

import java.util.concurrent.CompletableFuture;

/** The engine in this copy's own native library, which must be loaded. */
final class DirectEngine implements Engine {
  private final WakeFutures wakes;

  DirectEngine(WakeFutures wakes) {
    this.wakes = wakes;
  }

  @Override
  public String version() {
    return NativeEngine.version();
  }

  @Override
  public void environment(String json, byte[][] trustAnchorsDer) {
    NativeEngine.environment(json, trustAnchorsDer);
  }

  @Override
  public long open(String profile, String[] settings, boolean redefine) {
    return NativeEngine.open(profile, settings, redefine);
  }

  @Override
  public long forUser(long handle, String user, String password) {
    return NativeEngine.forUser(handle, user, password);
  }

  @Override
  public long look(long handle, long until) {
    return NativeEngine.look(handle, until);
  }

  @Override
  public boolean isAccepted(long handle, long generation) {
    return NativeEngine.isAccepted(handle, generation);
  }

  @Override
  public String[] read(
      long handle, long minRemainingNanos, long waitedNanos, long limitNanos, long flight) {
    return NativeEngine.read(handle, minRemainingNanos, waitedNanos, limitNanos, flight);
  }

  @Override
  public String proof(long handle, long generation, String method, String url) {
    return NativeEngine.proof(handle, generation, method, url);
  }

  @Override
  public void ended(long handle, long flight) {
    NativeEngine.ended(handle, flight);
  }

  @Override
  public void waited(long handle, long nanos) {
    NativeEngine.waited(handle, nanos);
  }

  @Override
  public void report(
      long handle,
      int status,
      String origin,
      String[] responseHeaders,
      String authorizationSent,
      long stamp,
      long agoNanos) {
    NativeEngine.report(
        handle, status, origin, responseHeaders, authorizationSent, stamp, agoNanos);
  }

  @Override
  public long pauseNanos(long handle, String origin, boolean spread) {
    return NativeEngine.pauseNanos(handle, origin, spread);
  }

  @Override
  public void paused(long handle, long nanos) {
    NativeEngine.paused(handle, nanos);
  }

  @Override
  public String status(long handle) {
    return NativeEngine.status(handle);
  }

  @Override
  public void runStarted(long runId) {
    NativeEngine.runStarted(runId);
  }

  @Override
  public void runEnded() {
    NativeEngine.runEnded();
  }

  @Override
  public String summary(long handle, long reads) {
    return NativeEngine.summary(handle, reads);
  }

  @Override
  public String[] awaitEvents(long timeoutMillis) {
    return NativeEngine.awaitEvents(timeoutMillis);
  }

  @Override
  public String[] errorCodes() {
    return NativeEngine.errorCodes();
  }

  @Override
  public String[] traits(long handle) {
    return NativeEngine.traits(handle);
  }

  @Override
  public long steer(long handle, long thread) {
    return NativeEngine.steer(handle, thread);
  }

  @Override
  public boolean permits(long handle, String origin) {
    return NativeEngine.permits(handle, origin);
  }

  @Override
  public boolean visited(long handle, String own, String to, boolean carried) {
    return NativeEngine.visited(handle, own, to, carried);
  }

  @Override
  public String[] journal(long after, int most) {
    return NativeEngine.journal(after, most);
  }

  @Override
  public CompletableFuture<Void> wake(long handle) {
    return wakes.next(handle);
  }
}
