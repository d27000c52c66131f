package io.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Packages import only what lies below them, so there is no circle. Read from the sources. */
class LayersTest {
  private static final Path SOURCES = Paths.get("src/main/java");
  private static final String ROOT = "io.tollgate";

  /** The types of failures lie below everything, the two entry points of the API above. */
  private static final Set<String> API_TYPES =
      new TreeSet<>(Arrays.asList("ErrorCode", "TollgateException"));

  /** Each package and what it may import, of those above its line. */
  private static final String[][] LAYERS = {
    {"text"},
    {"api types"},
    {"adopt.xml"},
    {"adopt.plan", "adopt.xml"},
    {"adopt.profiles", "adopt.plan", "adopt.xml"},
    {"adopt.script"},
    {"adopt", "adopt.plan", "adopt.script", "adopt.xml", "text"},
    {"engine", "api types", "text"},
    {"run", "engine", "api types", "text"},
    {"profile", "run", "engine", "api types", "text"},
    {"jmeter.sample", "profile", "run", "engine", "api types", "text"},
    {"jmeter.websocket", "jmeter.sample", "profile", "engine", "api types", "text"},
    {"jmeter.grpc", "jmeter.sample", "profile", "engine", "api types", "text"},
    {
      "jmeter.http",
      "jmeter.grpc",
      "jmeter.websocket",
      "jmeter.sample",
      "profile",
      "run",
      "engine",
      "api types",
      "text"
    },
    {"cli.jtl", "text"},
    {"jmeter.report", "cli.jtl", "profile", "run", "engine", "text"},
    {"jmeter.clientconfig", "text"},
    {"jmeter.monitor", "jmeter.report", "profile", "run", "engine", "text"},
    {"jmeter.metrics", "jmeter.monitor", "jmeter.report", "profile", "run", "engine", "text"},
    {
      "jmeter",
      "adopt.profiles",
      "adopt.xml",
      "jmeter.metrics",
      "jmeter.monitor",
      "jmeter.report",
      "jmeter.http",
      "jmeter.grpc",
      "jmeter.websocket",
      "jmeter.sample",
      "profile",
      "run",
      "engine",
      "api types",
      "text"
    },
    {"entry points", "jmeter", "jmeter.http", "profile", "engine", "api types"},
    {"jmeter.functions", "jmeter", "profile", "engine", "api types"},
    {
      "jmeter.elements",
      "jmeter.clientconfig",
      "adopt",
      "adopt.profiles",
      "adopt.xml",
      "entry points",
      "jmeter",
      "jmeter.monitor",
      "jmeter.report",
      "jmeter.http",
      "jmeter.sample",
      "profile",
      "run",
      "engine",
      "api types",
      "text"
    },
    {"cli.findings", "cli.jtl", "text"},
    {"cli.login", "entry points", "profile", "run", "api types", "text"},
    {"cli.endpoint", "entry points", "profile", "api types", "text"},
    {
      "cli",
      "cli.endpoint",
      "cli.login",
      "adopt",
      "adopt.profiles",
      "adopt.xml",
      "cli.findings",
      "cli.jtl",
      "entry points",
      "profile",
      "engine",
      "api types",
      "text"
    },
  };

  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?(io\\.tollgate[\\w.]*);", Pattern.MULTILINE);
  private static final Pattern CLASS_NAME = Pattern.compile("\\.[A-Z].*");
  private static final Pattern COMMENT_OR_TEXT =
      Pattern.compile("\"(?:\\\\.|[^\"\\\\\n])*\"|/\\*.*?\\*/|//[^\n]*", Pattern.DOTALL);

  @Test
  void packagesImportWhatLiesBelowThem() throws IOException {
    Map<String, List<String>> allowed = new LinkedHashMap<>();
    for (String[] layer : LAYERS) {
      allowed.put(layer[0], Arrays.asList(layer).subList(1, layer.length));
    }
    List<String> against = new ArrayList<>();
    for (Path source : sources()) {
      String from = layer(name(source));
      for (String imported : imports(source)) {
        String to = layer(imported);
        if (!to.equals(from) && !allowed.getOrDefault(from, Collections.emptyList()).contains(to)) {
          against.add(name(source) + " (" + from + ") imports " + imported + " (" + to + ")");
        }
      }
    }
    assertEquals(Collections.emptyList(), against);
  }

  @Test
  void theTableHasEachPackageOnceAndNoCircle() throws IOException {
    List<String> below = new ArrayList<>();
    for (String[] layer : LAYERS) {
      for (String imported : Arrays.asList(layer).subList(1, layer.length)) {
        assertTrue(below.contains(imported), layer[0] + " -> " + imported + " points upwards");
      }
      below.add(layer[0]);
    }
    Set<String> found = new TreeSet<>();
    for (Path source : sources()) {
      found.add(layer(name(source)));
    }
    assertEquals(found, new TreeSet<>(below));
    assertEquals(found.size(), below.size());
  }

  /** A name that is written out would need no import. */
  @Test
  void noClassOfOursIsNamedInFull() throws IOException {
    List<String> named = new ArrayList<>();
    for (Path source : sources()) {
      String code = COMMENT_OR_TEXT.matcher(read(source)).replaceAll("");
      for (String line : code.split("\n")) {
        if (line.contains(ROOT + ".") && !line.matches("(import|package) .*")) {
          named.add(name(source) + ": " + line.trim());
        }
      }
    }
    assertEquals(Collections.emptyList(), named);
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .sorted()
          .collect(Collectors.toList());
    }
  }

  private static List<String> imports(Path source) throws IOException {
    List<String> imports = new ArrayList<>();
    Matcher matcher = IMPORT.matcher(read(source));
    while (matcher.find()) {
      imports.add(matcher.group(1));
    }
    return imports;
  }

  private static String read(Path source) throws IOException {
    return new String(Files.readAllBytes(source), StandardCharsets.UTF_8);
  }

  /** The full name of the class in a file; {@code package-info} as its package's. */
  private static String name(Path source) {
    String path = SOURCES.relativize(source).toString().replace('\\', '/');
    return path.replace(".java", "").replace("package-info", "Package").replace('/', '.');
  }

  private static String layer(String className) {
    String inRoot = className.substring(ROOT.length() + 1);
    if (Character.isUpperCase(inRoot.charAt(0))) {
      String simple = inRoot.replaceFirst("\\..*", "");
      return API_TYPES.contains(simple) ? "api types" : "entry points";
    }
    return CLASS_NAME.matcher(inRoot).replaceFirst("");
  }
}
