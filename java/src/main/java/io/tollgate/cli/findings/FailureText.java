package io.tollgate.cli.findings;

import io.tollgate.cli.jtl.JtlSample;
import java.util.regex.Pattern;

/** What failed samples say, without what may be a secret. */
final class FailureText {
  /** Longer words than people use may be tokens or codes. */
  private static final Pattern OPAQUE = Pattern.compile("[A-Za-z0-9_\\-.+/=]{33,}");

  /** What JMeter writes before the class and the words of an exception. */
  private static final Pattern NO_HTTP = Pattern.compile("Non HTTP response (code|message): ");

  private static final int LONGEST = 160;

  private FailureText() {}

  /** Why a sample failed, as the server put it, without what may be a secret. */
  static String of(JtlSample sample) {
    String code = NO_HTTP.matcher(sample.code).replaceFirst("");
    String message = NO_HTTP.matcher(sample.message).replaceFirst("").replaceAll("\\s+", " ");
    message = OPAQUE.matcher(message).replaceAll("…").trim();
    if (message.length() > LONGEST) {
      message = message.substring(0, LONGEST) + "…";
    }
    return message.isEmpty() ? code : code + " " + message;
  }
}
