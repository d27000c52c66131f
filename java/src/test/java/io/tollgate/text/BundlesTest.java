package io.tollgate.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Each bundle of the jar is there in each language that one of them has, with the same texts, the
 * same values in them, and no text that nothing says.
 */
class BundlesTest {
  private static final Path RESOURCES = Paths.get("src/main/resources");
  private static final Path SOURCES = Paths.get("src/main/java");
  private static final Pattern LANGUAGE = Pattern.compile("_([a-z]{2})\\.properties$");
  private static final Pattern PLACE = Pattern.compile("\\{\\d}");

  /** English is in the table of settings; the window's own test reads it. */
  private static final String OF_SETTINGS = "SettingTexts.properties";

  private static List<Path> files(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(ending))
          .sorted()
          .collect(Collectors.toList());
    }
  }

  private static Properties read(Path file) throws IOException {
    Properties read = new Properties();
    try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      read.load(in);
    }
    return read;
  }

  private static Set<String> places(String text) {
    Set<String> places = new TreeSet<>();
    for (Matcher found = PLACE.matcher(text); found.find(); ) {
      places.add(found.group());
    }
    return places;
  }

  @Test
  void eachLanguageHasEachTextWithTheSameValues() throws IOException {
    Set<String> languages = new TreeSet<>();
    List<Path> english = new ArrayList<>();
    for (Path file : files(RESOURCES, ".properties")) {
      Matcher language = LANGUAGE.matcher(file.toString());
      if (!language.find()) {
        english.add(file);
      } else if (!language.group(1).equals("en")) {
        languages.add(language.group(1));
      }
    }
    assertTrue(languages.contains("de"), languages.toString());
    english.removeIf(file -> file.endsWith(OF_SETTINGS));
    assertTrue(english.size() > 6, english.toString());
    for (Path file : english) {
      Properties words = read(file);
      for (String language : languages) {
        String name = file.getFileName().toString().replace(".properties", "");
        Path other = file.resolveSibling(name + "_" + language + ".properties");
        Properties translated = read(other);
        assertEquals(
            new TreeSet<>(words.stringPropertyNames()),
            new TreeSet<>(translated.stringPropertyNames()),
            other.toString());
        for (String key : words.stringPropertyNames()) {
          String text = translated.getProperty(key);
          String where = other + ": " + key;
          assertFalse(text.trim().isEmpty(), where);
          // A number that is one may be a word.
          Set<String> expected = places(words.getProperty(key));
          assertEquals(expected, places(text), where);
        }
      }
    }
  }

  /** Keys are written out, or put together from their first part and what something is called. */
  @Test
  void eachTextOfThePagesIsUsed() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String ending : new String[] {".java", ".html", ".js"}) {
      for (Path folder : new Path[] {SOURCES, RESOURCES}) {
        for (Path source : files(folder, ending)) {
          all.append(new String(Files.readAllBytes(source), StandardCharsets.UTF_8));
        }
      }
    }
    List<String> unused = new ArrayList<>();
    for (String bundle :
        new String[] {
          "jmeter/report/ReportText",
          "jmeter/monitor/MonitorText",
          "cli/findings/FindingText",
          "text/Durations"
        }) {
      Path file = RESOURCES.resolve("io/tollgate/" + bundle + ".properties");
      for (String key : read(file).stringPropertyNames()) {
        String whole = key.replaceAll("\\.(one|many)$", "");
        String group = key.replaceAll("\\..*", "");
        boolean isUsed =
            all.indexOf('"' + whole + '"') >= 0
                || all.indexOf('"' + key + '"') >= 0
                || all.indexOf("${" + whole + "}") >= 0
                || all.indexOf('"' + group + ".\" + ") >= 0
                || all.indexOf("named(\"" + group + '"') >= 0;
        if (!isUsed) {
          unused.add(bundle + ": " + key);
        }
      }
    }
    // These are called by the kind of an entry of the journal.
    unused.remove("jmeter/report/ReportText: revokes_previous");
    unused.remove("jmeter/report/ReportText: signed_in_again");
    unused.remove("jmeter/report/ReportText: store_silent");
    assertEquals(Collections.emptyList(), unused);
  }

  @Test
  void numbersAreWrittenAsInTheLanguageOfTheWords() {
    assertEquals("4.2 s", Durations.of(4200));
    assertEquals("4,2 s", Durations.of(4200, Locale.GERMAN));
    assertEquals("4 s", Durations.of(4000, Locale.GERMAN));
    assertEquals("5 Tage", Durations.of(5 * 86_400_000.0, Locale.GERMAN));
    assertEquals("5 days", Durations.of(5 * 86_400_000.0));
    assertEquals("12.345", Counts.grouped(12_345, Locale.GERMAN));
    Words words = Words.beside(Durations.class, Locale.FRENCH);
    assertEquals(Locale.ROOT, words.language(), "there is no French");
    assertEquals("a {1} $1 days", words.of("days", "a {1} $1", "b"), "a value is as it is");
  }
}
