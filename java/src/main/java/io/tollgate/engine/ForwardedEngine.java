package io.tollgate.engine;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.run.Hosts;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.LongBinaryOperator;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The engine of another copy of this jar, in another class loader. A native library loads in one
 * class loader only, and one process is to have one cache; so this copy calls that one's engine
 * through {@link EngineExportMBean}. The other copy's event pump serves both.
 */
public final class ForwardedEngine implements Engine {
  private final BiFunction<String, Object[], Object> bridge;

  /**
   * The hot calls by themselves: without an array of arguments, and as quick as in the other copy.
   */
  private final LongBinaryOperator look;

  private final BiPredicate<Long, Long> isAccepted;

  ForwardedEngine(BiFunction<String, Object[], Object> bridge) {
    this.bridge = bridge;
    this.look = (LongBinaryOperator) call("look");
    this.isAccepted = predicate(call("isAccepted"));
  }

  /** The engine another copy exported, {@code null} if there is none. */
  static Engine find() {
    try {
      MBeanServer server = ManagementFactory.getPlatformMBeanServer();
      ObjectName name = EngineExport.objectName();
      if (!server.isRegistered(name)) {
        return null;
      }
      Object protocol = server.getAttribute(name, "Protocol");
      if (!Integer.valueOf(EngineExport.PROTOCOL).equals(protocol)) {
        throw new TollgateException(
            ErrorCode.NATIVE_UNAVAILABLE,
            "Tollgate "
                + server.getAttribute(name, "Version")
                + " is at work in another class loader of this JVM and does not understand version "
                + Version.CURRENT
                + "; keep one jmeter-tollgate jar on the class path");
      }
      return new ForwardedEngine(bridge(server.getAttribute(name, "Bridge")));
    } catch (JMException e) {
      throw new TollgateException(
          ErrorCode.NATIVE_UNAVAILABLE,
          "another copy of Tollgate in this JVM could not be reached: " + e,
          e);
    }
  }

  @SuppressWarnings("unchecked") // the protocol number vouches for the type
  private static BiPredicate<Long, Long> predicate(Object answer) {
    return (BiPredicate<Long, Long>) answer;
  }

  @SuppressWarnings("unchecked") // the protocol number vouches for the type
  private static BiFunction<String, Object[], Object> bridge(Object attribute) {
    return (BiFunction<String, Object[], Object>) attribute;
  }

  private Object call(String method, Object... args) {
    Object[] answer = (Object[]) bridge.apply(method, args);
    if ("ok".equals(answer[0])) {
      return answer[1];
    }
    throw new TollgateException((String) answer[1], (String) answer[2]);
  }

  @Override
  public String version() {
    return (String) call("version");
  }

  @Override
  public void environment(String json, byte[][] trustAnchorsDer) {
    call("environment", json, trustAnchorsDer);
  }

  @Override
  public long open(String profile, String[] settings, boolean redefine) {
    return (Long) call("open", profile, settings, redefine);
  }

  @Override
  public long forUser(long handle, String user, String password) {
    return (Long) call("forUser", handle, user, password);
  }

  @Override
  public long look(long handle, long until) {
    return look.applyAsLong(handle, until);
  }

  @Override
  public boolean isAccepted(long handle, long generation) {
    return isAccepted.test(handle, generation);
  }

  @Override
  public String[] read(
      long handle, long minRemainingNanos, long waitedNanos, long limitNanos, long flight) {
    return (String[]) call("read", handle, minRemainingNanos, waitedNanos, limitNanos, flight);
  }

  @Override
  public String proof(long handle, long generation, String method, String url) {
    return (String) call("proof", handle, generation, method, url);
  }

  @Override
  public void ended(long handle, long flight) {
    call("ended", handle, flight);
  }

  @Override
  public void waited(long handle, long nanos) {
    call("waited", handle, nanos);
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
    call("report", handle, status, origin, responseHeaders, authorizationSent, stamp, agoNanos);
  }

  @Override
  public long pauseNanos(long handle, String origin, boolean spread) {
    return (Long) call("pauseNanos", handle, origin, spread);
  }

  @Override
  public void paused(long handle, long nanos) {
    call("paused", handle, nanos);
  }

  @Override
  public String status(long handle) {
    return (String) call("status", handle);
  }

  /** A copy that sees no runs leaves them to the one that does. */
  @Override
  public void runStarted(long runId) {
    if (Hosts.current().hasRuns()) {
      call("runStarted", runId);
    }
  }

  @Override
  public void runEnded() {
    if (Hosts.current().hasRuns()) {
      call("runEnded");
    }
  }

  @Override
  public String summary(long handle, long reads) {
    return (String) call("summary", handle, reads);
  }

  /** Nothing: the events are the other copy's to log. */
  @Override
  public String[] awaitEvents(long timeoutMillis) {
    return new String[0];
  }

  @Override
  public String[] errorCodes() {
    return (String[]) call("errorCodes");
  }

  @Override
  public String[] traits(long handle) {
    return (String[]) call("traits", handle);
  }

  @Override
  public long steer(long handle, long thread) {
    return (Long) call("steer", handle, thread);
  }

  @Override
  public boolean permits(long handle, String origin) {
    return (Boolean) call("permits", handle, origin);
  }

  @Override
  public boolean visited(long handle, String own, String to, boolean carried) {
    return (Boolean) call("visited", handle, own, to, carried);
  }

  @Override
  public String[] journal(long after, int most) {
    return (String[]) call("journal", after, most);
  }

  @Override
  @SuppressWarnings("unchecked") // the protocol number vouches for the type
  public CompletableFuture<Void> wake(long handle) {
    return (CompletableFuture<Void>) call("wake", handle);
  }
}
