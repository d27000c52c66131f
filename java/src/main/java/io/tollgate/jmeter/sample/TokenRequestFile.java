package io.tollgate.jmeter.sample;

import io.tollgate.engine.Log;
import io.tollgate.run.JournalEntry;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Function;
import org.apache.jmeter.samplers.SampleEvent;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.samplers.SampleSaveConfiguration;
import org.apache.jmeter.save.CSVSaveService;

/**
 * A JTL of token requests alone, with the columns that JMeter writes by default, so that whatever
 * reads a JTL reads it. Goes on where an earlier run ended, as JMeter's own listeners do.
 *
 * <p>A full disk costs one line in the log and the rest of the file, nothing else.
 */
final class TokenRequestFile {
  private static final String GROUP = "Tollgate";
  private final String name;
  private final SampleSaveConfiguration columns = new SampleSaveConfiguration();
  private BufferedWriter out;
  private boolean failed;

  TokenRequestFile(String name) {
    this.name = name;
  }

  /** Writes them; opens the file at the first. */
  synchronized void write(List<JournalEntry> ended, Function<JournalEntry, SampleResult> sample) {
    if (failed || ended.isEmpty()) {
      return;
    }
    try {
      open();
      for (JournalEntry entry : ended) {
        SampleResult result = sample.apply(entry);
        SampleEvent event = new SampleEvent(result, GROUP);
        out.write(
            CSVSaveService.resultToDelimitedString(event, result, columns, columns.getDelimiter()));
        out.newLine();
      }
      out.flush();
    } catch (IOException | InvalidPathException | SecurityException e) {
      failed = true;
      Log.warn(
          "Tollgate: the samples of token requests could not be written to "
              + name
              + " ("
              + TokenRequestSamples.FILE
              + "): "
              + e);
    }
  }

  synchronized void close() {
    try {
      if (out != null) {
        out.close();
      }
    } catch (IOException e) {
      Log.warn("Tollgate: " + name + " could not be closed: " + e);
    }
  }

  private void open() throws IOException {
    if (out != null) {
      return;
    }
    Path path = Paths.get(name).toAbsolutePath();
    boolean begun = Files.exists(path) && Files.size(path) > 0;
    out =
        Files.newBufferedWriter(
            path, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    if (!begun) {
      out.write(CSVSaveService.printableFieldNamesToString(columns));
      out.newLine();
    }
  }
}
