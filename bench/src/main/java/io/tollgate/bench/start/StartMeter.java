package io.tollgate.bench.start;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.jmeter.processor.PreProcessor;
import org.apache.jmeter.testelement.AbstractTestElement;
import org.apache.jmeter.util.JMeterUtils;

/**
 * Two of them stand around the element that is measured: the second writes how many nanoseconds
 * have passed since the first, once, to the file that the property {@value #FILE} names. One thread
 * runs them.
 */
public final class StartMeter extends AbstractTestElement implements PreProcessor {
  /** The property that names the file. */
  static final String FILE = "bench.start.file";

  private static final long serialVersionUID = 1;

  /** Of the first; 0 before it. */
  private static long before;

  @Override
  public void process() {
    long now = System.nanoTime();
    if (before == 0) {
      before = now;
      return;
    }
    try {
      Files.writeString(
          Path.of(JMeterUtils.getPropDefault(FILE, "start.txt")), Long.toString(now - before));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
