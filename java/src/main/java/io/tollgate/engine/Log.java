package io.tollgate.engine;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tollgate's log: slf4j (so jmeter.log), logger {@code io.tollgate}; {@code java.util.logging} in a
 * JVM that has no slf4j.
 */
public final class Log {
  private static final Sink SINK = find();

  private Log() {}

  /** Where lines go. */
  private interface Sink {
    void line(Level level, String text, Throwable fault);
  }

  /**
   * Logs what makes samples fail.
   *
   * @param text without secrets
   */
  public static void error(String text) {
    SINK.line(Level.SEVERE, text, null);
  }

  /**
   * Logs a fault in Tollgate itself, with its stack.
   *
   * @param text without secrets
   * @param fault what was caught
   */
  public static void error(String text, Throwable fault) {
    SINK.line(Level.SEVERE, text, fault);
  }

  /**
   * Logs what the user should look at.
   *
   * @param text without secrets
   */
  public static void warn(String text) {
    SINK.line(Level.WARNING, text, null);
  }

  /**
   * Logs what is good to know.
   *
   * @param text without secrets
   */
  public static void info(String text) {
    SINK.line(Level.INFO, text, null);
  }

  /**
   * Logs what only those who look into Tollgate itself want to know.
   *
   * @param text without secrets
   */
  static void debug(String text) {
    SINK.line(Level.FINE, text, null);
  }

  private static Sink find() {
    try {
      return new Slf4j();
    } catch (LinkageError e) {
      Logger logger = Logger.getLogger("io.tollgate");
      return (level, text, fault) -> logger.log(level, text, fault);
    }
  }

  private static final class Slf4j implements Sink {
    private final org.slf4j.Logger logger = LoggerFactory.getLogger("io.tollgate");

    @Override
    public void line(Level level, String text, Throwable fault) {
      if (level == Level.SEVERE) {
        logger.error(text, fault);
      } else if (level == Level.WARNING) {
        logger.warn(text, fault);
      } else if (level == Level.FINE) {
        logger.debug(text, fault);
      } else {
        logger.info(text, fault);
      }
    }
  }
}
