package io.tollgate.bench.plans;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.jmeter.engine.util.NoThreadClone;
import org.apache.jmeter.testelement.AbstractTestElement;
import org.apache.jmeter.testelement.TestStateListener;
import org.apache.jmeter.testelement.ThreadListener;
import org.apache.jmeter.util.JMeterUtils;

/**
 * Measures JMeter's processor time, user and system, from the first thread of a group to its last.
 * One group runs at a time.
 *
 * <p>An element of the measured plans; it writes a line {@code label nanoseconds elapsed} for each
 * group to the file that the property {@value #FILE} names.
 */
public final class CpuMeter extends AbstractTestElement
    implements ThreadListener, TestStateListener, NoThreadClone {
  /** The property that names the file. */
  static final String FILE = "bench.cpu.file";

  private static final long serialVersionUID = 1;
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** By label: processor time and clock at start and end. Guarded by itself. */
  private static final Map<String, long[]> GROUPS = new LinkedHashMap<>();

  @Override
  public void threadStarted() {
    synchronized (GROUPS) {
      GROUPS.computeIfAbsent(
          getName(), label -> new long[] {SYSTEM.getProcessCpuTime(), 0, System.nanoTime(), 0});
    }
  }

  @Override
  public void threadFinished() {
    synchronized (GROUPS) {
      long[] group = GROUPS.get(getName());
      group[1] = SYSTEM.getProcessCpuTime();
      group[3] = System.nanoTime();
    }
  }

  @Override
  public void testStarted() {
    // Nothing to do: the threads report.
  }

  @Override
  public void testStarted(String host) {
    testStarted();
  }

  @Override
  public void testEnded() {
    StringBuilder lines = new StringBuilder();
    synchronized (GROUPS) {
      GROUPS.forEach(
          (label, at) ->
              lines.append(label + " " + (at[1] - at[0]) + " " + (at[3] - at[2]) + "\n"));
    }
    try {
      Files.writeString(Path.of(JMeterUtils.getPropDefault(FILE, "cpu.txt")), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void testEnded(String host) {
    testEnded();
  }
}
