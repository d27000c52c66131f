package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The entry for the Plugins Manager: the rules of its format, in our own words, and what it says of
 * the jar.
 */
class PluginsManagerEntryTest {
  private static final Set<String> TEXTS =
      Set.of("id", "name", "description", "screenshotUrl", "helpUrl", "vendor", "markerClass");
  private static final Set<String> OTHERS =
      Set.of("versions", "componentClasses", "canUninstall", "installerClass");
  private static final Set<String> OF_A_VERSION =
      Set.of("downloadUrl", "changes", "libs", "depends");
  private static final Pattern VERSION = Pattern.compile("\\d+(\\.\\d+)*(-\\w+)?");

  /** One of the two places that the Plugins Manager downloads from. */
  private static final Pattern HOST =
      Pattern.compile("https://github\\.com/[^/]+/[^/]+/releases/download/.*");

  private JsonNode plugins;

  @BeforeEach
  void read() throws IOException {
    plugins = new ObjectMapper().readTree(file().toFile());
  }

  private static Path file() {
    return Layout.doc("..").resolve("packaging").resolve("plugins-manager.json").normalize();
  }

  @Test
  void itKeepsTheRulesOfTheFormat() {
    assertTrue(plugins.isArray() && plugins.size() == 1, "an array with one plugin");
    for (JsonNode plugin : plugins) {
      for (String text : TEXTS) {
        assertTrue(plugin.path(text).isTextual(), text);
      }
      plugin
          .fieldNames()
          .forEachRemaining(
              name -> assertTrue(TEXTS.contains(name) || OTHERS.contains(name), name));
      assertTrue(plugin.path("helpUrl").asText().startsWith("https://"), "helpUrl");
      assertTrue(plugin.path("versions").size() > 0, "versions");
      for (Iterator<Map.Entry<String, JsonNode>> all = plugin.path("versions").fields();
          all.hasNext(); ) {
        Map.Entry<String, JsonNode> version = all.next();
        String key = version.getKey();
        assertTrue(VERSION.matcher(key).matches(), key);
        version
            .getValue()
            .fieldNames()
            .forEachRemaining(n -> assertTrue(OF_A_VERSION.contains(n), n));
        String url = version.getValue().path("downloadUrl").asText();
        assertTrue(HOST.matcher(url).matches(), url);
        assertTrue(url.endsWith("/jmeter-tollgate-" + key + ".jar"), url);
      }
    }
  }

  @Test
  void itNamesThisVersionAsTheJarDoes() {
    String name = Layout.jar().getFileName().toString();
    String version = name.substring("jmeter-tollgate-".length(), name.length() - ".jar".length());
    assertTrue(plugins.get(0).path("versions").has(version), version);
  }

  /** A page in a browser, so that people see what they install: of this version, and there. */
  @Test
  void itShowsAPictureOfThisVersion() throws IOException {
    Properties build = new Properties();
    try (Reader in = Files.newBufferedReader(Layout.doc("../gradle.properties"))) {
      build.load(in);
    }
    String url = plugins.get(0).path("screenshotUrl").asText();
    String root =
        "https://raw.githubusercontent.com/@owner@/tollgate/v" + build.getProperty("version") + "/";
    assertTrue(url.startsWith(root), url);
    byte[] picture = Files.readAllBytes(Layout.doc("../" + url.substring(root.length())));
    assertEquals("PNG", new String(picture, 1, 3, StandardCharsets.US_ASCII));
  }

  @Test
  void theVersionIsThatOfTheCrates() throws IOException {
    String cargo = Files.readString(Layout.doc("../Cargo.toml"));
    Matcher version = Pattern.compile("(?m)^version = \"(.*)\"$").matcher(cargo);
    assertTrue(version.find());
    assertTrue(
        plugins.get(0).path("versions").has(version.group(1)),
        version.group(1) + " of Cargo.toml is not that of gradle.properties");
  }

  @Test
  void itNamesEachClassThatCanStandInAPlan() throws IOException {
    try (JarFile jar = new JarFile(Layout.jar().toFile())) {
      String marker = plugins.get(0).path("markerClass").asText();
      assertNotNull(jar.getEntry(marker.replace('.', '/') + ".class"), marker);
      Set<String> found = components(jar);
      if (Boolean.getBoolean("tollgate.test.write")) {
        write(found);
        return;
      }
      List<String> named = new ArrayList<>();
      plugins.get(0).path("componentClasses").forEach(each -> named.add(each.asText()));
      assertEquals(List.copyOf(found), named, "write it anew with -PwriteGuide");
    }
  }

  /** What is registered as a service of JMeter, and what has a bean info or a GUI beside it. */
  private static Set<String> components(JarFile jar) throws IOException {
    Set<String> found = new TreeSet<>();
    for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
      String name = entry.getName();
      if (name.startsWith("META-INF/services/org.apache.jmeter.")) {
        try (BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(jar.getInputStream(entry), StandardCharsets.UTF_8))) {
          found.addAll(
              lines
                  .lines()
                  .map(line -> line.replaceFirst("#.*", "").trim())
                  .filter(line -> !line.isEmpty())
                  .collect(Collectors.toList()));
        }
      } else if (name.startsWith("io/tollgate/jmeter/")
          && name.matches("[^$]+(BeanInfo|Gui)\\.class")) {
        String type = name.replaceFirst("\\.class$", "").replace('/', '.');
        found.add(type.replaceFirst("BeanInfo$", ""));
      }
    }
    for (String each : found) {
      assertNotNull(jar.getEntry(each.replace('.', '/') + ".class"), each + " is not in the jar");
    }
    return found;
  }

  private void write(Set<String> found) throws IOException {
    ArrayNode classes = ((ObjectNode) plugins.get(0)).putArray("componentClasses");
    found.forEach(classes::add);
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter()
            .withSeparators(
                Separators.createDefaultInstance()
                    .withObjectFieldValueSpacing(Separators.Spacing.AFTER));
    printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
    Files.writeString(
        file(), new ObjectMapper().writer(printer).writeValueAsString(plugins) + "\n");
  }
}
