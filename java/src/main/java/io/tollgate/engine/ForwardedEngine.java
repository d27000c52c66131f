package io.tollgate.engine;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.function.BiFunction;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The engine of another copy of this jar, in another class loader. A native library loads in one
 * class loader only, and one process is to have one cache; so this copy calls that one's engine
 * through {@link EngineExportMBean}. The other copy's event pump serves both.
 *
 * <p>What crosses are types of the JDK. The hot call is an object of such a type, so it costs the
 * same in both copies.
 */
final class ForwardedEngine implements InvocationHandler {
  private final BiFunction<String, Object[], Object> bridge;

  private ForwardedEngine(BiFunction<String, Object[], Object> bridge) {
    this.bridge = bridge;
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
      return through(bridge(server.getAttribute(name, "Bridge")));
    } catch (JMException e) {
      throw new TollgateException(
          ErrorCode.NATIVE_UNAVAILABLE,
          "another copy of Tollgate in this JVM could not be reached: " + e,
          e);
    }
  }

  @SuppressWarnings("unchecked") // the protocol number vouches for the type
  private static BiFunction<String, Object[], Object> bridge(Object attribute) {
    return (BiFunction<String, Object[], Object>) attribute;
  }

  private static Engine through(BiFunction<String, Object[], Object> bridge) {
    return (Engine)
        Proxy.newProxyInstance(
            Engine.class.getClassLoader(),
            new Class<?>[] {Engine.class},
            new ForwardedEngine(bridge));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return method.invoke(this, arguments);
    }
    Object[] answer = (Object[]) bridge.apply(method.getName(), arguments);
    if ("ok".equals(answer[0])) {
      boolean isToken = answer[1] != null && method.getReturnType() == ServedToken.class;
      return isToken ? ServedToken.of((Map<?, ?>) answer[1]) : answer[1];
    }
    throw new TollgateException((String) answer[1], (String) answer[2]);
  }
}
