package io.tollgate.engine;

import io.tollgate.TollgateException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.ObjectName;

/** Offers this copy's engine to copies of the jar in other class loaders. */
public final class EngineExport implements EngineExportMBean {
  /** Raise with any change to {@link Engine}. */
  static final int PROTOCOL = 12;

  private static final String NAME = "io.tollgate:type=Engine";

  /** By name: no two have the same. */
  private static final Map<String, Method> CALLS =
      Arrays.stream(Engine.class.getMethods())
          .collect(Collectors.toMap(Method::getName, Function.identity()));

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

  private Object answer(String method, Object[] arguments) {
    Throwable fault;
    try {
      Object result = CALLS.get(method).invoke(engine, arguments);
      boolean isToken = result instanceof ServedToken;
      return new Object[] {"ok", isToken ? ((ServedToken) result).toMap() : result};
    } catch (InvocationTargetException e) {
      fault = e.getCause();
    } catch (ReflectiveOperationException | RuntimeException e) {
      fault = e;
    }
    if (fault instanceof TollgateException) {
      TollgateException e = (TollgateException) fault;
      return new Object[] {"error", e.getCode().name(), e.getLines()};
    }
    return new Object[] {"error", "INTERNAL", "forwarding " + method + " met " + fault};
  }
}
