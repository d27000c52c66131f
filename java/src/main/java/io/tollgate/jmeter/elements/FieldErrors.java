package io.tollgate.jmeter.elements;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the engine says of settings, for one who sits before a form: it names fields. The engine's
 * own words, which are those of the log, name settings and properties files.
 */
final class FieldErrors {
  private static final Pattern MISSING =
      Pattern.compile(
          "(\\S+)((?: \\([^)]*\\))?) is missing; fill in '[^']*', or set \\S+ in"
              + " user\\.properties");
  private static final Pattern WRONG = Pattern.compile("(\\S+) \\(from '[^']*' of the element\\)");
  private static final Pattern NOTHING =
      Pattern.compile("is not defined; set tollgate\\.profile\\..*", Pattern.DOTALL);

  private static final Pattern LIST = Pattern.compile("; known settings are .*", Pattern.DOTALL);

  /** What may be the name of a setting, and whether a value follows it. */
  private static final Pattern SETTING =
      Pattern.compile("(?<![\\w.'/])([a-z]+(?:_[a-z]+)*)(?:(=)(?=[\\w.])|(?![\\w'=]))");

  private FieldErrors() {}

  /** An error of the engine, as a form says it. */
  static String inWindow(String message) {
    String words = NOTHING.matcher(message).replaceFirst(quoted(Text.NOTHING_FILLED_IN.of()));
    words =
        replaced(
            MISSING,
            words,
            found -> Text.FIELD_EMPTY.of(label(found.group(1)), named(found.group(2))));
    words = replaced(WRONG, words, found -> "'" + label(found.group(1)) + "'");
    words = LIST.matcher(words).replaceFirst(quoted(Text.SETTINGS_IN_HELP.of()));
    return words.startsWith("CONFIG") ? named(words) : words;
  }

  private static String label(String key) {
    return ProfileNeeds.requiredMembers().contains(key)
        ? ProfileNeeds.labelOf(key)
        : KnownSettings.labelOf(key);
  }

  /** With the labels of settings in place of their names. */
  private static String named(String words) {
    return replaced(
        SETTING,
        words,
        found -> {
          String key = found.group(1);
          boolean hasValue = found.group(2) != null;
          boolean isName = hasValue || key.contains("_"); // "host" is a word of the language too
          return isName && KnownSettings.named(key) != null
              ? "'" + label(key) + "'" + (hasValue ? " = " : "")
              : found.group();
        });
  }

  private interface Replacement {
    String of(Matcher found);
  }

  private static String replaced(Pattern pattern, String words, Replacement with) {
    Matcher found = pattern.matcher(words);
    StringBuffer out = new StringBuffer();
    while (found.find()) {
      found.appendReplacement(out, quoted(with.of(found)));
    }
    return found.appendTail(out).toString();
  }

  private static String quoted(String words) {
    return Matcher.quoteReplacement(words);
  }
}
