package io.tollgate.jmeter.metrics;

import java.lang.reflect.Field;
import java.lang.reflect.Method;

/**
 * What a client of JMeter's Backend Listener sends with: it has the address, the connection and the
 * protocol, and sends in batches. Its type is hidden in its package, so it is found by its method.
 */
final class MetricsSender {
  private final Object client;
  private final Class<?> declared;
  private final Class<?>[] parameters;
  private Object sender;
  private Method add;

  /**
   * That of a client.
   *
   * @param declared JMeter's class of the client
   * @param parameters of {@code addMetric}
   */
  MetricsSender(Object client, Class<?> declared, Class<?>... parameters) {
    this.client = client;
    this.declared = declared;
    this.parameters = parameters;
  }

  /** Adds a figure to what is sent next, once the client was set up. */
  void add(Object... figure) {
    try {
      if (add == null) {
        find();
      }
      add.invoke(sender, figure);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("not with this JMeter's " + declared.getSimpleName(), e);
    }
  }

  private void find() throws ReflectiveOperationException {
    for (Field field : declared.getDeclaredFields()) {
      if (field.getType().getSimpleName().endsWith("MetricsSender")) {
        Method method = field.getType().getMethod("addMetric", parameters);
        method.setAccessible(true);
        field.setAccessible(true);
        sender = field.get(client);
        add = method;
        return;
      }
    }
    throw new NoSuchFieldException("MetricsSender");
  }
}
