package io.tollgate.cli.findings;

import io.tollgate.text.Counts;
import io.tollgate.text.Durations;
import io.tollgate.text.Words;
import java.util.Locale;

/**
 * What {@code explain} says of a run, in this JVM's language: {@code FindingText.properties} and
 * {@code FindingText_<language>.properties}, by key. What servers said stays as it was.
 */
public final class FindingText {
  private FindingText() {}

  /**
   * A text.
   *
   * @param key of it
   * @param values for <code>{0}</code>, <code>{1}</code>; counts are written as people read them
   * @return in this JVM's language
   */
  public static String of(String key, Object... values) {
    return words().of(key, written(values));
  }

  /**
   * A text with a number in it, which has a form for one and a form for any other.
   *
   * @param key of it, without {@code .one} and {@code .many}
   * @param count the number, which is the first value
   * @param values that follow
   * @return in this JVM's language
   */
  public static String counted(String key, long count, Object... values) {
    return words().counted(key, count, written(values));
  }

  /**
   * A text for something that has a name of its own, which may be newer than the file.
   *
   * @param key of it
   * @param other said if there is no such text
   * @return in this JVM's language
   */
  public static String named(String key, String other) {
    return words().orElse(key, other);
  }

  /**
   * Writes a duration.
   *
   * @param millis of either sign
   * @return for people
   */
  public static String duration(double millis) {
    return Durations.of(millis, words().language());
  }

  /** How often, at the begin of a sentence: once, twice, three times. */
  static String times(int count) {
    return count == 1 ? of("times.one") : count == 2 ? of("times.two") : of("times.many", count);
  }

  private static Object[] written(Object[] values) {
    Object[] written = values.clone();
    for (int i = 0; i < written.length; i++) {
      if (written[i] instanceof Number) {
        written[i] = Counts.grouped(((Number) written[i]).longValue(), words().language());
      }
    }
    return written;
  }

  private static Words words() {
    return Words.beside(FindingText.class, Locale.getDefault());
  }
}
