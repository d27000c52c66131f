package io.tollgate.testing;

import io.tollgate.text.Words;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The words of the German bundles. Whatever else a German page says was written into the code: the
 * page under test has no data with words in it.
 */
public final class GermanWords {
  private static final Pattern WORD = Pattern.compile("\\p{L}{2,}");
  private static final List<String> UNITS = Arrays.asList("ms", "min", "Tollgate");

  private final Set<String> known = new HashSet<>(UNITS);

  public GermanWords(Class<?>... bundles) {
    for (Class<?> beside : bundles) {
      Words words = Words.beside(beside, Locale.GERMAN);
      words.keys().forEach(key -> known.addAll(of(words.of(key))));
    }
  }

  private static Set<String> of(String text) {
    Set<String> words = new TreeSet<>();
    for (Matcher word = WORD.matcher(text); word.find(); ) {
      words.add(word.group());
    }
    return words;
  }

  /** The words of a text that are in no bundle. */
  public Set<String> unknownIn(String text) {
    Set<String> words = of(text.replaceAll("\\{\\d}|&#?\\w+;", " "));
    words.removeAll(known);
    return words;
  }

  /** What a page of HTML or SVG says: its texts, and those for screen readers. */
  public static String saidBy(String page) {
    String body = page.replaceAll("(?s)<(style|script)>.*?</\\1>", "");
    StringBuilder said = new StringBuilder();
    Matcher label = Pattern.compile("(?:aria-label|title|alt)=\"([^\"]*)\"").matcher(body);
    while (label.find()) {
      said.append(label.group(1)).append('\n');
    }
    return said + body.replaceAll("(?s)<[^>]*>", "\n");
  }
}
