package io.tollgate.jmeter.elements;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What is wrong with a value at first sight, by the kind of its setting. It calls nothing wrong
 * that the engine takes; bounds and what depends on other settings are the engine's to tell.
 */
final class FieldCheck {
  private static final Pattern DURATION = Pattern.compile("\\d+(ms|s|m|h)");
  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final Pattern URL = Pattern.compile("(?i)https?://[^\\s/?#]+([/?#]\\S*)?");
  private static final Pattern PLAIN = Pattern.compile("(?i)http://.*");
  private static final Pattern LOOPBACK =
      Pattern.compile("(?i)http://(localhost|127(\\.\\d+){3}|\\[::1])([:/?#].*)?");
  private static final Pattern HOST_NAME = Pattern.compile("[^\\s/]+");

  private FieldCheck() {}

  /**
   * What is wrong, and what to write.
   *
   * @param allowsHttp whether plain http was allowed
   * @return {@code null} if nothing is
   */
  static String problem(KnownSetting setting, String text, boolean allowsHttp) {
    String value = text.trim();
    if (value.isEmpty() || value.contains("${") || SettingField.isReference(value)) {
      return null; // only a run knows
    }
    switch (setting.kind()) {
      case "url":
        return url(value, allowsHttp);
      case "duration":
        return DURATION.matcher(value).matches() ? null : Text.WRONG_DURATION.of();
      case "number":
        return NUMBER.matcher(value).matches() ? null : Text.WRONG_NUMBER.of();
      case "words":
      case "flag":
        List<String> words = setting.words();
        return words.contains(value) ? null : Text.WRONG_WORD.of(String.join(", ", words));
      default:
        boolean isHost = setting.key().equals("host");
        return isHost && !HOST_NAME.matcher(value).matches() ? Text.WRONG_HOST.of() : null;
    }
  }

  private static String url(String value, boolean allowsHttp) {
    if (!URL.matcher(value).matches()) {
      return Text.WRONG_URL.of();
    }
    boolean isInClear =
        PLAIN.matcher(value).matches() && !LOOPBACK.matcher(value).matches() && !allowsHttp;
    return isInClear ? Text.WRONG_HTTP.of(KnownSettings.labelOf("allow_http")) : null;
  }
}
