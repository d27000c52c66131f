package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.testing.Plugin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.jmeter.util.JMeterUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The guide calls things what the forms call them, and its links lead somewhere. */
class ElementsGuideTest {
  private static final Path DOCS = Paths.get("../docs");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)");

  @BeforeEach
  void start() {
    Plugin.ready();
    JMeterUtils.setJMeterHome(System.getProperty("tollgate.test.jmeter"));
  }

  private static String read(Path page) throws IOException {
    return new String(Files.readAllBytes(page), StandardCharsets.UTF_8);
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
    List<String> items = TollgateMenu.ITEMS.stream().map(Text::of).collect(Collectors.toList());
    for (String text : items) {
      assertTrue(pages.contains("Tools > " + text), text);
    }
    for (Text text : new Text[] {Text.FETCH, Text.CREDENTIAL, Text.MORE}) {
      String words = text.of().replace(" ({0})", "");
      assertTrue(pages.contains(words), words);
    }
    assertTrue(pages.contains("holds a variable that only a run knows"));
    assertTrue(
        Text.KNOWN_IN_A_RUN_ONLY.of("").startsWith(" holds a variable that only a run knows"));
    for (String page : new String[] {pages}) {
      for (Matcher menu = Pattern.compile("Tools > ([^.*]+)").matcher(page); menu.find(); ) {
        assertTrue(items.contains(menu.group(1)), menu.group(1));
      }
    }
  }
}
