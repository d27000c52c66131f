package io.tollgate.engine;

import io.tollgate.TollgateException;
import java.lang.management.ManagementFactory;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.LongBinaryOperator;
import javax.management.JMException;
import javax.management.ObjectName;

/** Offers this copy's engine to copies of the jar in other class loaders. */
public final class EngineExport implements EngineExportMBean {
  /** Raise with any change to what {@link #call} understands. */
  static final int PROTOCOL = 6;

  private static final String NAME = "io.tollgate:type=Engine";

  private final Engine engine;

  EngineExport(Engine engine) {
    this.engine = engine;
  }

  static ObjectName objectName() throws JMException {
    return new ObjectName(NAME);
  }

  static void register(Engine engine) {
    try {
      ManagementFactory.getPlatformMBeanServer()
          .registerMBean(new EngineExport(engine), objectName());
    } catch (JMException | RuntimeException e) {
      Log.warn("A second copy of Tollgate in this JVM would not find this one: " + e);
    }
  }

  @Override
  public int getProtocol() {
    return PROTOCOL;
  }

  @Override
  public String getVersion() {
    return Version.CURRENT;
  }

  @Override
  public BiFunction<String, Object[], Object> getBridge() {
    return this::answer;
  }

  private Object answer(String method, Object[] args) {
    try {
      return new Object[] {"ok", call(method, args)};
    } catch (TollgateException e) {
      return new Object[] {"error", e.getCode().name(), e.getDetail()};
    } catch (RuntimeException | LinkageError e) {
      return new Object[] {"error", "INTERNAL", "forwarding " + method + " met " + e};
    }
  }

  private Object call(String method, Object[] args) {
    switch (method) {
      case "look":
        LongBinaryOperator look = engine::look;
        return look;
      case "isAccepted":
        BiPredicate<Long, Long> isAccepted = engine::isAccepted;
        return isAccepted;
      case "read":
        return engine.read(
            (Long) args[0], (Long) args[1], (Long) args[2], (Long) args[3], (Long) args[4]);
      case "proof":
        return engine.proof((Long) args[0], (Long) args[1], (String) args[2], (String) args[3]);
      case "ended":
        engine.ended((Long) args[0], (Long) args[1]);
        return null;
      case "waited":
        engine.waited((Long) args[0], (Long) args[1]);
        return null;
      case "report":
        engine.report(
            (Long) args[0],
            (Integer) args[1],
            (String) args[2],
            (String[]) args[3],
            (String) args[4],
            (Long) args[5],
            (Long) args[6]);
        return null;
      case "pauseNanos":
        return engine.pauseNanos((Long) args[0], (String) args[1], (Boolean) args[2]);
      case "paused":
        engine.paused((Long) args[0], (Long) args[1]);
        return null;
      case "open":
        return engine.open((String) args[0], (String[]) args[1], (Boolean) args[2]);
      case "wake":
        return engine.wake((Long) args[0]);
      case "forUser":
        return engine.forUser((Long) args[0], (String) args[1], (String) args[2]);
      case "traits":
        return engine.traits((Long) args[0]);
      case "steer":
        return engine.steer((Long) args[0], (Long) args[1]);
      case "permits":
        return engine.permits((Long) args[0], (String) args[1]);
      case "visited":
        return engine.visited(
            (Long) args[0], (String) args[1], (String) args[2], (Boolean) args[3]);
      case "journal":
        return engine.journal((Long) args[0], (Integer) args[1]);
      case "status":
        return engine.status((Long) args[0]);
      case "summary":
        return engine.summary((Long) args[0], (Long) args[1]);
      case "environment":
        engine.environment((String) args[0], (byte[][]) args[1]);
        return null;
      case "runStarted":
        engine.runStarted((Long) args[0]);
        return null;
      case "runEnded":
        engine.runEnded();
        return null;
      case "version":
        return engine.version();
      case "errorCodes":
        return engine.errorCodes();
      default:
        throw new IllegalArgumentException("no such call: " + method);
    }
  }
}
