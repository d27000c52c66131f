package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.testing.Plugin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.jmeter.testelement.TestElement;
import org.apache.jmeter.util.JMeterUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The help of each panel and of the adoption is there in German, with the places, the tables and
 * the code of the English pages, and calls things what the German window calls them.
 */
class TranslatedHelpTest {
  private static final Pattern ANCHOR = Pattern.compile("<a name=\"([^\"]*)\">");
  private static final Pattern CODE = Pattern.compile("(?s)<code>(.*?)</code>");
  private static final Pattern ROW = Pattern.compile("<tr>");
  private static final Pattern MENU = Pattern.compile("Tools &gt; ([^.*<]+)");

  /** Code is what has more than letters; words of the window are translated. */
  private static final Pattern WORDS = Pattern.compile("[\\p{L} ]+");

  @BeforeEach
  void start() {
    Plugin.ready();
    JMeterUtils.setJMeterHome(System.getProperty("tollgate.test.jmeter"));
  }

  @AfterEach
  void english() {
    JMeterUtils.setLocale(Locale.ENGLISH);
  }

  private static List<String> pages() {
    List<String> pages = new ArrayList<>(Arrays.asList(HelpPage.ADOPTION));
    for (TestElement element : HelpPageTest.elements()) {
      pages.add(JMeterHelp.place(element).replaceAll("#.*", ""));
    }
    return pages;
  }

  private static String read(String page, Locale language) {
    JMeterUtils.setLocale(language);
    return HelpPage.read(page);
  }

  private static List<String> all(Pattern pattern, String html) {
    List<String> found = new ArrayList<>();
    for (Matcher one = pattern.matcher(html); one.find(); ) {
      found.add(one.group(one.groupCount()));
    }
    return found;
  }

  private static TreeSet<String> code(String html) {
    TreeSet<String> code = new TreeSet<>();
    for (String one : all(CODE, html)) {
      if (!WORDS.matcher(one).matches()) {
        code.add(one.replace("PFAD", "PATH"));
      }
    }
    return code;
  }

  @Test
  void eachPanelHasItsPageInGermanWithTheSamePlacesTablesAndCode() {
    for (String page : pages()) {
      String english = read(page, Locale.ENGLISH);
      String german = read(page, Locale.GERMAN);
      assertNotEquals(english, german, page);
      assertTrue(german.contains("\u00fc"), page + " is German");
      assertEquals(all(ANCHOR, english), all(ANCHOR, german), page);
      assertEquals(all(ROW, english).size(), all(ROW, german).size(), page + ": rows");
      assertEquals(code(english), code(german), page);
    }
  }

  @Test
  void thePagesCallTheMenuAndTheButtonsWhatTheyAreCalled() {
    StringBuilder all = new StringBuilder();
    pages().forEach(page -> all.append(read(page, Locale.GERMAN)));
    String pages = all.toString().replace('\n', ' ');
    TreeSet<String> items = new TreeSet<>();
    TollgateMenu.ITEMS.forEach(item -> items.add(item.of()));
    assertEquals(items, new TreeSet<>(all(MENU, pages)));
    for (Text text : new Text[] {Text.FETCH, Text.MORE, Text.PASTE, Text.SHOW_KEYS}) {
      String words = text.of().replace(" ({0})", "");
      assertTrue(pages.contains(words), words);
    }
  }

  @Test
  void aLanguageWithoutPagesHasTheEnglishOnes() {
    assertEquals(read(HelpPage.ELEMENTS, Locale.ENGLISH), read(HelpPage.ELEMENTS, Locale.FRENCH));
  }
}
