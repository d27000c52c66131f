package io.tollgate.jmeter.report;

import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.jmeter.reporters.ResultCollector;

/** The result files that JMeter writes in this run, by {@code -l} and by listeners of the plan. */
final class ResultFiles {
  /** {@code ResultCollector.files}: the open files by name; there is no getter. */
  private static final Field FILES = field();

  private ResultFiles() {}

  private static Field field() {
    try {
      Field field = ResultCollector.class.getDeclaredField("files");
      field.setAccessible(true);
      return Map.class.isAssignableFrom(field.getType()) ? field : null;
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      return null; // another JMeter: reports have no samples
    }
  }

  /**
   * Those that are open now.
   *
   * @return empty if there are none, or another JMeter keeps them elsewhere
   */
  static List<Path> open() {
    List<Path> open = new ArrayList<>();
    try {
      Map<?, ?> files = FILES == null ? null : (Map<?, ?>) FILES.get(null);
      for (Object name : files == null ? new Object[0] : files.keySet().toArray()) {
        open.add(Paths.get(String.valueOf(name)).toAbsolutePath());
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      open.clear();
    }
    return open;
  }

  /**
   * The largest file: the others have a part of the samples.
   *
   * @return {@code null} if there is none
   */
  static Path largest(List<Path> files) {
    return files.stream()
        .filter(Files::isRegularFile)
        .max(Comparator.comparingLong(path -> path.toFile().length()))
        .orElse(null);
  }
}
