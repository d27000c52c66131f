package io.tollgate.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;

/** What Tollgate writes to JMeter's log while it is open, from INFO on. */
public final class LogLines implements AutoCloseable {
  private static final Logger LOGGER = (Logger) LogManager.getLogger("io.tollgate");

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Appender appender = new Appender(lines);

  private final Level before = LOGGER.getLevel();

  public LogLines() {
    appender.start();
    LOGGER.addAppender(appender);
    Configurator.setLevel(LOGGER.getName(), Level.INFO);
  }

  /** Lines so far with a text in them, each with its level before it: {@code ERROR text}. */
  public List<String> with(String text) {
    return lines.stream().filter(line -> line.contains(text)).collect(Collectors.toList());
  }

  @Override
  public void close() {
    Configurator.setLevel(LOGGER.getName(), before);
    LOGGER.removeAppender(appender);
    appender.stop();
  }

  private static final class Appender extends AbstractAppender {
    private final List<String> lines;

    Appender(List<String> lines) {
      super("test", null, null, true, Property.EMPTY_ARRAY);
      this.lines = lines;
    }

    @Override
    public void append(LogEvent event) {
      lines.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
    }
  }
}
