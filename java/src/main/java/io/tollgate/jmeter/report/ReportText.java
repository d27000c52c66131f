package io.tollgate.jmeter.report;

import io.tollgate.text.Counts;
import io.tollgate.text.Durations;
import io.tollgate.text.Words;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.jmeter.util.JMeterUtils;

/**
 * What the report and its charts say, in JMeter's language: {@code ReportText.properties} and
 * {@code ReportText_<language>.properties}, by key. What servers said stays as it was.
 */
public final class ReportText {
  /** The words in the title of a credential, which the engine wrote; names stand between them. */
  private static final Pattern IN_TITLE =
      Pattern.compile("^(profile) (?=')|(?<=', )(client|user) (?=')|(?<=', )(slot) (?=\\d)");

  private ReportText() {}

  static String of(String key, Object... values) {
    return words().of(key, values);
  }

  static String counted(String key, long count, Object... values) {
    return words().counted(key, count, values);
  }

  /**
   * Why a token was requested.
   *
   * @param reason as the engine writes it
   * @return itself if there is no text
   */
  public static String reason(String reason) {
    return words().orElse("reason." + reason, reason);
  }

  static String duration(double millis) {
    return Durations.of(millis, words().language());
  }

  static String grouped(long number) {
    return Counts.grouped(number, words().language());
  }

  /**
   * Whose credential it is, as the engine says it in English.
   *
   * @param title for example {@code profile 'demo', user 'ann'}
   * @return for example {@code Profil 'demo', Benutzer 'ann'}
   */
  public static String title(String title) {
    Words words = words();
    Matcher matcher = IN_TITLE.matcher(title);
    StringBuffer out = new StringBuffer();
    while (matcher.find()) {
      String word = matcher.group().trim();
      matcher.appendReplacement(out, words.orElse("title." + word, word) + " ");
    }
    return matcher.appendTail(out).toString();
  }

  static Words words() {
    return Words.beside(ReportText.class, JMeterUtils.getLocale());
  }
}
