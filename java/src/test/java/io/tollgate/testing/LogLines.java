package io.tollgate.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** What is written to JMeter's log while it is open. */
public final class LogLines implements AutoCloseable {
  private static final Logger ROOT = (Logger) LogManager.getRootLogger();

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Appender appender = new Appender(lines);

  public LogLines() {
    appender.start();
    ROOT.addAppender(appender);
  }

  /** Lines so far, each with its level before it: {@code ERROR text}. */
  public List<String> all() {
    return lines;
  }

  /** Those with a text in them. */
  public List<String> with(String text) {
    return lines.stream().filter(line -> line.contains(text)).collect(Collectors.toList());
  }

  @Override
  public void close() {
    ROOT.removeAppender(appender);
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
