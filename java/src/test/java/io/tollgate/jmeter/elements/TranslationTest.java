package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.testing.Plugin;
import java.awt.Component;
import java.awt.Container;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.border.TitledBorder;
import org.apache.jmeter.testbeans.gui.TestBeanGUI;
import org.apache.jmeter.util.JMeterUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every text of the window is in a bundle, each is used, and every language there is has all of
 * them.
 */
class TranslationTest {
  private static final String FOLDER = "src/main/resources/io/tollgate/jmeter/elements";
  private static final String SOURCES = "src/main/java/io/tollgate/jmeter/elements";
  private static final Pattern PLACE = Pattern.compile("\\{\\d}|\\$\\{…}|env:\\S|file:\\S");
  private static final Pattern CODE = Pattern.compile("`([^`]*)`");

  /** Words in the call of something that shows them. */
  private static final Pattern WORDS_IN_CODE =
      Pattern.compile(
          "(?:new J(?:Label|Button|CheckBox|MenuItem|Menu|ToggleButton|RadioButton)|[a-z.]setText"
              + "|createTitledBorder|setToolTipText|setAccessibleName|setAccessibleDescription"
              + "|setTitle|addTab)\\(\\s*\"[^\"]*[A-Za-z]");

  private Locale before;
  private Locale systems;

  @BeforeEach
  void start() {
    Plugin.ready();
    JMeterUtils.setJMeterHome(System.getProperty("tollgate.test.jmeter"));
    before = JMeterUtils.getLocale();
    systems = Locale.getDefault();
  }

  @AfterEach
  void putBack() {
    Locale.setDefault(systems);
    JMeterUtils.setLocale(before == null ? Locale.ENGLISH : before);
  }

  private static Map<String, String> read(String file) throws IOException {
    Properties read = new Properties();
    try (Reader in = Files.newBufferedReader(Paths.get(FOLDER, file), StandardCharsets.UTF_8)) {
      read.load(in);
    }
    Map<String, String> texts = new TreeMap<>();
    read.stringPropertyNames().forEach(name -> texts.put(name, read.getProperty(name)));
    return texts;
  }

  /** Each language that has a file. English is the one without. */
  private static List<String> languages() throws IOException {
    try (Stream<Path> files = Files.list(Paths.get(FOLDER))) {
      List<String> languages =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.startsWith("Text_"))
              .map(name -> name.substring("Text_".length(), name.indexOf('.')))
              .collect(Collectors.toList());
      assertTrue(languages.contains("de"), languages.toString());
      return languages;
    }
  }

  private static List<String> places(String text) {
    List<String> places = new ArrayList<>();
    for (Matcher found = PLACE.matcher(text); found.find(); ) {
      places.add(found.group().replaceAll("(env|file):.", "$1:"));
    }
    Collections.sort(places);
    return places;
  }

  /** What is written as it is set. {@code file:PATH} is words. */
  private static TreeSet<String> code(String text) {
    TreeSet<String> code = new TreeSet<>();
    for (Matcher found = CODE.matcher(text); found.find(); ) {
      code.add(found.group(1).replace("PFAD", "PATH"));
    }
    return code;
  }

  private static String shown(Container parent) {
    StringBuilder words = new StringBuilder();
    for (Component child : parent.getComponents()) {
      words.append(child instanceof JLabel ? ((JLabel) child).getText() + "\n" : "");
      if (child instanceof JComponent && ((JComponent) child).getBorder() instanceof TitledBorder) {
        words.append(((TitledBorder) ((JComponent) child).getBorder()).getTitle()).append('\n');
      }
      words.append(child instanceof Container ? shown((Container) child) : "");
    }
    return words.toString();
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Paths.get(SOURCES))) {
      return files.filter(file -> file.toString().endsWith(".java")).collect(Collectors.toList());
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  @Test
  void eachKeyHasWordsInEachLanguageWithTheSamePlacesAndIsUsed() throws IOException {
    Map<String, String> english = read("Text.properties");
    List<String> keys = Arrays.stream(Text.values()).map(Text::name).collect(Collectors.toList());
    assertEquals(new TreeSet<>(keys), english.keySet());
    for (String language : languages()) {
      Map<String, String> other = read("Text_" + language + ".properties");
      assertEquals(new TreeSet<>(keys), other.keySet(), language);
      for (String key : keys) {
        assertFalse(other.get(key).trim().isEmpty(), language + ": " + key);
        assertEquals(places(english.get(key)), places(other.get(key)), language + ": " + key);
      }
    }
    StringBuilder all = new StringBuilder();
    for (Path source : sources()) {
      all.append(source.endsWith("Text.java") ? "" : text(source));
    }
    for (String key : keys) {
      assertFalse(english.get(key).trim().isEmpty(), key);
      assertTrue(
          Pattern.compile("\\bText\\s*\\.\\s*" + key + "\\b").matcher(all).find(),
          key + " is not used");
    }
  }

  @Test
  void noWordsAreShownThatAreInTheCode() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path source : sources()) {
      for (Matcher words = WORDS_IN_CODE.matcher(text(source)); words.find(); ) {
        found.add(source.getFileName() + ": " + words.group());
      }
    }
    assertEquals(Collections.emptyList(), found);
    assertTrue(WORDS_IN_CODE.matcher("JButton a = new JButton(\"Help\");").find(), "it finds some");
  }

  @Test
  void eachSettingHasALabelAndHelpInEachLanguageWithTheSameWordsOfTheEngine() throws IOException {
    Map<String, String> expected = new TreeMap<>();
    for (String[] cells : SettingsTable.rows("setting")) {
      expected.put("label." + cells[0], cells[4]);
      expected.put("help." + cells[0], cells[6]);
    }
    for (String[] cells : SettingsTable.rows("section")) {
      expected.put("section." + cells[0].replace(' ', '_'), cells[0]);
    }
    for (String[] cells : SettingsTable.rows("required")) {
      expected.put("required." + cells[1], cells[2]);
      expected.put("meaning." + cells[1], cells[3]);
    }
    for (String language : languages()) {
      Map<String, String> other = read("SettingTexts_" + language + ".properties");
      assertEquals(expected.keySet(), other.keySet(), language);
      expected.forEach(
          (key, english) -> {
            assertFalse(other.get(key).trim().isEmpty(), key + ": " + english);
            assertEquals(code(english), code(other.get(key)), language + ": " + key);
          });
    }
  }

  @Test
  void theOtherElementsHaveEachWordInEachLanguage() throws IOException {
    for (String element :
        new String[] {"AuthorizationPreProcessor", "BackoffTimer", "FeedbackPostProcessor"}) {
      Map<String, String> english = read(element + "Resources.properties");
      for (String language : languages()) {
        Map<String, String> other = read(element + "Resources_" + language + ".properties");
        assertEquals(english.keySet(), other.keySet(), language + ": " + element);
        english.forEach(
            (key, text) ->
                assertEquals(places(text).size(), places(other.get(key)).size(), element + key));
      }
      assertEquals(Collections.emptyMap(), read(element + "Resources_en.properties"));
    }
  }

  @Test
  void jmetersLanguageCountsAndNotTheSystems() {
    Locale.setDefault(Locale.GERMAN);
    JMeterUtils.setLocale(Locale.ENGLISH);
    assertEquals("Fetch a token now", Text.FETCH.of());
    assertEquals("Pacing", KnownSettings.named("pacing").label());
    JMeterUtils.setLocale(Locale.FRENCH);
    assertEquals("Fetch a token now", Text.FETCH.of(), "there is no French");
    Locale.setDefault(Locale.ENGLISH);
    JMeterUtils.setLocale(Locale.GERMAN);
    assertEquals("Jetzt ein Token holen", Text.FETCH.of());
    assertEquals("Übliche Lebensdauer", KnownSettings.named("default_lifetime").label());
    assertEquals("a{1} 3", Text.KNOWN_IN_A_RUN_ONLY.of("a{1} 3").substring(0, 6), "as it is");
  }

  @Test
  void theFormsOfTheOtherElementsAreInJMetersLanguage() {
    Locale.setDefault(Locale.GERMAN);
    for (Locale language : new Locale[] {Locale.ENGLISH, Locale.GERMAN}) {
      JMeterUtils.setLocale(language);
      java.beans.Introspector.flushCaches();
      TestBeanGUI form = new TestBeanGUI(AuthorizationPreProcessor.class);
      form.configure(new AuthorizationPreProcessor());
      String words = shown(form);
      boolean isGerman = language == Locale.GERMAN;
      assertEquals(isGerman, words.contains("Wessen Token"), words);
      assertEquals(!isGerman, words.contains("Whose token"), words);
    }
    java.beans.Introspector.flushCaches();
  }

  /** Java 8 takes bundles for ISO 8859-1. */
  @Test
  void bundlesInTheJarAreAscii() throws IOException {
    int bundles = 0;
    try (JarFile jar = new JarFile(Plugin.jar())) {
      for (JarEntry entry : Collections.list(jar.entries())) {
        if (!entry.getName().endsWith(".properties")) {
          continue;
        }
        bundles++;
        try (InputStream bytes = jar.getInputStream(entry);
            InputStreamReader in = new InputStreamReader(bytes, StandardCharsets.ISO_8859_1)) {
          for (int one = in.read(); one >= 0; one = in.read()) {
            assertTrue(one < 128, entry.getName() + " has the byte " + one);
          }
        }
      }
    }
    assertTrue(bundles > 8, bundles + " bundles");
  }
}
