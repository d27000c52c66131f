package io.tollgate.jmeter;

import io.tollgate.run.Host;
import io.tollgate.run.Hosts;
import java.lang.reflect.Field;
import java.util.Map;
import java.util.Properties;
import org.apache.jmeter.threads.AbstractThreadGroup;
import org.apache.jmeter.threads.JMeterContext;
import org.apache.jmeter.threads.JMeterContextService;
import org.apache.jmeter.threads.JMeterThread;
import org.apache.jmeter.util.JMeterUtils;

/** What JMeter knows: its properties, its run, and the fate of the calling JMeter thread. */
public final class JMeterHost implements Host {
  /** {@code JMeterThread.running}: a plain Shutdown only clears it, and there is no getter. */
  private static final Field RUNNING = runningField();

  /** Made by reflection. Fails to link where there is no JMeter, which is how that is found out. */
  public JMeterHost() {
    JMeterContextService.getTestStartTime();
  }

  private static Field runningField() {
    try {
      Field field = JMeterThread.class.getDeclaredField("running");
      field.setAccessible(true);
      return field.getType() == boolean.class ? field : null;
    } catch (ReflectiveOperationException | RuntimeException e) {
      return null; // another JMeter: interrupts and time limits still end a wait
    }
  }

  @Override
  public long runId() {
    return JMeterContextService.getTestStartTime();
  }

  @Override
  public boolean hasRuns() {
    return true;
  }

  @Override
  public String property(String key) {
    Properties properties = JMeterUtils.getJMeterProperties();
    String value = properties == null ? null : properties.getProperty(key);
    return value == null ? System.getProperty(key) : value;
  }

  @Override
  public Map<String, String> properties(String prefix) {
    Properties properties = JMeterUtils.getJMeterProperties();
    Map<String, String> found = Hosts.withPrefix(System.getProperties(), prefix);
    if (properties != null) {
      found.putAll(Hosts.withPrefix(properties, prefix));
    }
    return found;
  }

  @Override
  public boolean stopRequested() {
    JMeterThread thread = thread();
    if (thread == null || RUNNING == null) {
      return false;
    }
    try {
      return !RUNNING.getBoolean(thread);
    } catch (IllegalAccessException e) {
      return false;
    }
  }

  @Override
  public long scheduledEndMillis() {
    JMeterThread thread = thread();
    return thread == null ? 0 : thread.getEndTime();
  }

  /** Threads that download on a JMeter thread's behalf have its context, and so its key. */
  @Override
  public long threadKey() {
    JMeterContext context = JMeterContextService.getContext();
    AbstractThreadGroup group = context.getThreadGroup();
    if (group == null) {
      return Thread.currentThread().getId() & 0xffff_ffffL;
    }
    return ((long) group.getName().hashCode() << 32) | (number(context) & 0xffff_ffffL);
  }

  /** Threads that another plugin starts below a JMeter thread all have the number 0. */
  private static int number(JMeterContext context) {
    JMeterThread thread = context.getThread();
    return thread == null || thread.getClass() == JMeterThread.class
        ? context.getThreadNum()
        : thread.getThreadName().hashCode();
  }

  @Override
  public void endThread() {
    JMeterThread thread = thread();
    if (thread != null) {
      thread.stop();
    }
  }

  private static JMeterThread thread() {
    return JMeterContextService.getContext().getThread();
  }
}
