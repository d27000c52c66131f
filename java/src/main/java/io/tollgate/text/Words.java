package io.tollgate.text;

import java.util.Locale;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The texts beside a class in one language: {@code Class.properties}, which is English, and {@code
 * Class_<language>.properties}. The files are UTF-8; the build escapes them for Java 8. Values go
 * where a text has <code>{0}</code>, <code>{1}</code>; a quotation mark is itself.
 */
public final class Words {
  /** With the system's language in place of one that has no file, English users would read it. */
  private static final ResourceBundle.Control NO_OTHER_LANGUAGE =
      ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

  private static final Pattern PLACE = Pattern.compile("\\{(\\d)}");

  private final ResourceBundle bundle;

  private Words(ResourceBundle bundle) {
    this.bundle = bundle;
  }

  /**
   * Finds texts.
   *
   * @param beside the class that they are beside
   * @param language of the reader, {@code null} for English
   * @return in English if there is no file of that language
   */
  public static Words beside(Class<?> beside, Locale language) {
    return new Words(
        ResourceBundle.getBundle(
            beside.getName(),
            language == null ? Locale.ROOT : language,
            beside.getClassLoader(),
            NO_OTHER_LANGUAGE));
  }

  /**
   * A text.
   *
   * @param key of it
   * @param values in the order of their numbers
   * @return with the values in their places
   */
  public String of(String key, Object... values) {
    Matcher place = PLACE.matcher(bundle.getString(key));
    StringBuffer text = new StringBuffer();
    while (place.find()) {
      int number = Integer.parseInt(place.group(1));
      // In one go: a value may have braces too, a server's words for one.
      String put = number < values.length ? String.valueOf(values[number]) : place.group();
      place.appendReplacement(text, Matcher.quoteReplacement(put));
    }
    return place.appendTail(text).toString();
  }

  /**
   * A text with a number in it, which has a form for one and a form for any other.
   *
   * @param key of it, without {@code .one} and {@code .many}
   * @param count the number, which is the first value
   * @param values that follow
   * @return with the values in their places
   */
  public String counted(String key, long count, Object... values) {
    Object[] all = new Object[values.length + 1];
    all[0] = Counts.grouped(count, language());
    System.arraycopy(values, 0, all, 1, values.length);
    return of(key + (count == 1 ? ".one" : ".many"), all);
  }

  /**
   * A text for something that has a name of its own, which may be newer than the file.
   *
   * @param key of it
   * @param other said if there is no such text
   * @return without values
   */
  public String orElse(String key, String other) {
    return bundle.containsKey(key) ? bundle.getString(key) : other;
  }

  /**
   * The language of these texts, for the numbers in them.
   *
   * @return {@link Locale#ROOT} for English
   */
  public Locale language() {
    return bundle.getLocale();
  }

  /**
   * The names of all texts.
   *
   * @return never empty
   */
  public Set<String> keys() {
    return bundle.keySet();
  }
}
