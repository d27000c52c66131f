package io.tollgate.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The shipped jar as a script calls it, in a JVM without JMeter: nothing but the jar is on its
 * class path. What it logs is kept.
 */
final class ShippedApi implements AutoCloseable {
  private final URLClassLoader loader;
  private final Class<?> tollgate;
  private final Kept log = new Kept();

  /** Kept, because a logger without a reference is collected and loses its handler. */
  private final Logger logger = Logger.getLogger("io.tollgate");

  /** The log lines of the jar. */
  private static final class Kept extends Handler {
    final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public void publish(LogRecord line) {
      lines.add(line.getLevel() + " " + line.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  ShippedApi() {
    logger.setUseParentHandlers(false);
    logger.setLevel(Level.ALL);
    logger.addHandler(log);
    try {
      URL[] jar = {Layout.jar().toUri().toURL()};
      loader = new URLClassLoader(jar, ClassLoader.getPlatformClassLoader());
      tollgate = loader.loadClass("io.tollgate.Tollgate");
    } catch (MalformedURLException | ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A credential of the jar. */
  final class Profile {
    private final Object credential;

    Profile(String name, Map<String, ?> settings) {
      try {
        credential =
            tollgate.getMethod("define", String.class, Map.class).invoke(null, name, settings);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }

    /** A token, or the code of the failure. */
    Taken token() {
      try {
        return new Taken((String) method("token").invoke(credential), null, "");
      } catch (InvocationTargetException e) {
        Throwable cause = e.getCause();
        try {
          Object code = cause.getClass().getMethod("getCode").invoke(cause);
          return new Taken(null, code.toString(), cause.getMessage());
        } catch (ReflectiveOperationException other) {
          throw new IllegalStateException(cause);
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }

    /** What is known of it, as JSON. */
    String status() {
      try {
        return (String) method("status").invoke(credential);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }

    private Method method(String name) throws NoSuchMethodException {
      return credential.getClass().getMethod(name);
    }
  }

  /**
   * What a thread got.
   *
   * @param token or {@code null}
   * @param code of the failure, or {@code null}
   * @param message of the failure
   */
  record Taken(String token, String code, String message) {}

  /** The log lines about a profile. */
  List<String> log(String profile) {
    return log.lines.stream().filter(line -> line.contains("'" + profile + "'")).toList();
  }

  /** All log lines. */
  List<String> log() {
    return Collections.unmodifiableList(log.lines);
  }

  @Override
  public void close() {
    logger.removeHandler(log);
    try {
      loader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
