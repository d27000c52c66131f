package io.tollgate.run;

import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Finds out once whether JMeter is on the class path. */
public final class Hosts {
  private static final Host HOST = find();

  private Hosts() {}

  /**
   * The program around Tollgate.
   *
   * @return never {@code null}
   */
  public static Host current() {
    return HOST;
  }

  /**
   * Picks the entries that begin with a prefix.
   *
   * @param properties to look through
   * @param prefix to look for, cut off the keys returned
   * @return sorted by key
   */
  public static Map<String, String> withPrefix(Properties properties, String prefix) {
    Map<String, String> found = new TreeMap<>();
    for (String key : properties.stringPropertyNames()) {
      if (key.startsWith(prefix)) {
        found.put(key.substring(prefix.length()), properties.getProperty(key));
      }
    }
    return found;
  }

  private static Host find() {
    try {
      return (Host)
          Class.forName("io.tollgate.jmeter.JMeterHost").getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException | LinkageError e) {
      return new PlainHost();
    }
  }

  /** A JVM without JMeter: system properties, and one run that lasts as long as the JVM. */
  private static final class PlainHost implements Host {
    @Override
    public long runId() {
      return 1;
    }

    @Override
    public boolean hasRuns() {
      return false;
    }

    @Override
    public String property(String key) {
      return System.getProperty(key);
    }

    @Override
    public Map<String, String> properties(String prefix) {
      return withPrefix(System.getProperties(), prefix);
    }

    @Override
    public boolean stopRequested() {
      return false;
    }

    @Override
    public long scheduledEndMillis() {
      return 0;
    }

    @Override
    public long threadKey() {
      return Thread.currentThread().getId() & 0xffff_ffffL;
    }

    @Override
    public void endThread() {
      // Nothing here has a schedule.
    }
  }
}
