package io.tollgate.cli.findings;

import io.tollgate.cli.jtl.JtlSample;
import io.tollgate.text.Span;
import java.util.Locale;
import java.util.regex.Pattern;

/** Numbers and foreign messages as a reader wants them. */
final class Words {
  /** Longer words than people use may be tokens or codes. */
  private static final Pattern OPAQUE = Pattern.compile("[A-Za-z0-9_\\-.+/=]{33,}");

  /** What JMeter writes before the class and the words of an exception. */
  private static final Pattern NO_HTTP = Pattern.compile("Non HTTP response (code|message): ");

  private static final int LONGEST = 160;

  private Words() {}

  /** Why a sample failed, in the server's words, without what may be a secret. */
  static String of(JtlSample sample) {
    String code = NO_HTTP.matcher(sample.code).replaceFirst("");
    String message = NO_HTTP.matcher(sample.message).replaceFirst("").replaceAll("\\s+", " ");
    message = OPAQUE.matcher(message).replaceAll("…").trim();
    if (message.length() > LONGEST) {
      message = message.substring(0, LONGEST) + "…";
    }
    return message.isEmpty() ? code : code + " " + message;
  }

  static String say(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }

  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  static String percent(double part, double whole) {
    return whole <= 0 ? "0 %" : String.format(Locale.ROOT, "%.0f %%", 100 * part / whole);
  }

  static String span(double millis) {
    return Span.of(millis);
  }

  static String times(int count) {
    return count == 1 ? "Once" : count == 2 ? "Twice" : number(count) + " times";
  }
}
