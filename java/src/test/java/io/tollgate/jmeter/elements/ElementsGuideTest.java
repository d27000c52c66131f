package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.testing.Plugin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.jmeter.util.JMeterUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The guide lists the fields there are, and its links lead somewhere. */
class ElementsGuideTest {
  private static final Path DOCS = Paths.get("../docs");
  private static final Path PAGE = DOCS.resolve("elements.md");
  private static final String BEGIN = "<!-- fields:begin -->\n";
  private static final String END = "<!-- fields:end -->";
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)");

  @BeforeEach
  void start() {
    Plugin.ready();
    JMeterUtils.setJMeterHome(System.getProperty("tollgate.test.jmeter"));
  }

  private static String read(Path page) throws IOException {
    return new String(Files.readAllBytes(page), StandardCharsets.UTF_8);
  }

  private static String table() {
    StringBuilder table =
        new StringBuilder("| field | default | meaning |\n|---|---|---|\n")
            .append("| Profile name | | letters, digits, `_` and `-` |\n");
    for (String key : new CredentialForm(new javax.swing.JPanel()).keys()) {
      KnownSetting setting = KnownSettings.named(key);
      String standard = setting.standard().isEmpty() ? "" : " `" + setting.standard() + "`";
      table.append("| `").append(key).append("` |").append(standard).append(" | ");
      table.append(setting.markdown()).append(" |\n");
    }
    return table
        .append("| Other settings | | every other one of [settings](settings.md) |\n")
        .toString();
  }

  /** {@code TOLLGATE_WRITE_GUIDE=1} puts the table of now into the guide instead. */
  @Test
  void theFieldsOfTheGuideAreThoseOfTheForm() throws IOException {
    String page = read(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    assertTrue(begin >= BEGIN.length() && end >= begin, "no place for the table");
    if (System.getenv("TOLLGATE_WRITE_GUIDE") != null) {
      String written = page.substring(0, begin) + table() + page.substring(end);
      Files.write(PAGE, written.getBytes(StandardCharsets.UTF_8));
    } else {
      assertEquals(table(), page.substring(begin, end), "write it anew: TOLLGATE_WRITE_GUIDE=1");
    }
  }

  @Test
  void everyLinkOfThesePagesLeadsToAFile() throws IOException {
    for (String name :
        new String[] {"elements.md", "getting-started.md", "troubleshooting.md", "moving.md"}) {
      Matcher links = LINK.matcher(read(DOCS.resolve(name)));
      int found = 0;
      while (links.find()) {
        found++;
        assertTrue(Files.exists(DOCS.resolve(links.group(1))), name + ": " + links.group(1));
      }
      assertTrue(found > 0 || name.equals("moving.md"), name + " leads nowhere");
    }
  }

  @Test
  void whatThePagesCallTheMenuAndTheButtonIsWhatTheyAreCalled() throws IOException {
    String pages;
    try (Stream<String> names =
        Stream.of("elements.md", "getting-started.md", "troubleshooting.md", "moving.md")) {
      pages =
          names
              .map(
                  name -> {
                    try {
                      return read(DOCS.resolve(name));
                    } catch (IOException e) {
                      throw new java.io.UncheckedIOException(e);
                    }
                  })
              .collect(Collectors.joining());
    }
    List<String> items = Arrays.asList(Texts.ADD, Texts.ADOPT, Texts.CHECK);
    for (String text : items) {
      assertTrue(pages.contains("Tools > " + text), text);
    }
    for (String text : new String[] {Texts.FETCH, Texts.CREDENTIAL}) {
      assertTrue(pages.contains(text), text);
    }
    assertTrue(pages.contains("holds a variable that only a run knows"));
    assertTrue(Texts.KNOWN_IN_A_RUN_ONLY.startsWith(" holds a variable that only a run knows"));
    for (String page : new String[] {pages}) {
      for (Matcher menu = Pattern.compile("Tools > ([^.*]+)").matcher(page); menu.find(); ) {
        assertTrue(items.contains(menu.group(1)), menu.group(1));
      }
    }
  }
}
