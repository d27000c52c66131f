package io.tollgate.jmeter.elements;

import io.tollgate.engine.Log;
import io.tollgate.run.Journal;
import io.tollgate.run.JournalEntry;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Paths;
import java.nio.file.StandardOpenOption;
import org.apache.jmeter.engine.util.NoThreadClone;
import org.apache.jmeter.testelement.AbstractTestElement;
import org.apache.jmeter.testelement.TestStateListener;

/**
 * Watches what the engine of this JVM does. Its panel shows it live; at the end of a run it writes
 * the run's journal to a file, one JSON object a line, with or without a screen.
 *
 * <p>It hears no samples, so it costs a run nothing; in a distributed test each injector writes a
 * file of its own, and the panel shows this machine only. Never throws and loads no native library.
 */
public final class TollgateMonitor extends AbstractTestElement
    implements TestStateListener, NoThreadClone {
  private static final long serialVersionUID = 1L;
  private static final String FILE = "TollgateMonitor.filename";

  /** The newest entry when the run began: what was written before belongs to another. */
  private transient long before;

  /**
   * Where the journal is written to.
   *
   * @return empty for nowhere
   */
  public String getFilename() {
    return getPropertyAsString(FILE);
  }

  /**
   * Where the journal is to be written to.
   *
   * @param name of a file, empty for nowhere
   */
  public void setFilename(String name) {
    setProperty(FILE, name);
  }

  @Override
  public void testStarted() {
    try {
      before = Journal.read(Long.MAX_VALUE).last();
    } catch (RuntimeException | LinkageError e) {
      before = 0;
    }
  }

  @Override
  public void testStarted(String host) {
    testStarted();
  }

  @Override
  public void testEnded() {
    String name = getFilename().trim();
    if (name.isEmpty()) {
      return;
    }
    try {
      write(name, Journal.read(before == Long.MAX_VALUE ? 0 : before));
    } catch (IOException | InvalidPathException | SecurityException e) {
      Log.warn("Tollgate Monitor could not write to " + name + ": " + e);
    } catch (RuntimeException | LinkageError e) {
      Log.warn("Tollgate Monitor has nothing to write: " + e);
    }
  }

  @Override
  public void testEnded(String host) {
    testEnded();
  }

  private static void write(String name, Journal.Page page) throws IOException {
    try (BufferedWriter out =
        Files.newBufferedWriter(
            Paths.get(name),
            StandardCharsets.UTF_8,
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND)) {
      if (page.lost() > 0) {
        out.write("{\"kind\":\"lost\",\"count\":" + page.lost() + "}\n");
      }
      for (JournalEntry entry : page.entries()) {
        out.write(entry.json());
        out.write('\n');
      }
    }
  }
}
