package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.cyclonedx.Version;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The bill of materials in the jar: what it lists is what the native parts are made of. */
class BillOfMaterialsTest {
  private static final String ENTRY = "META-INF/sbom/jmeter-tollgate.cdx.json";

  /** A source file of a package, as messages of panics in a Rust program name it. */
  private static final Pattern SOURCE =
      Pattern.compile("([a-z_]+)/([a-z][a-z0-9_-]*)-(\\d+\\.\\d+\\.\\d+[^/\\s]*)/src/");

  /** The folder of what Rust's own standard library is made of. */
  private static final String OF_RUST = "deps";

  private static byte[] bytes;
  private static JsonNode bom;
  private static String notices;

  /** The packages of Cargo that it lists: {@code name version}. */
  private static Set<String> listed;

  @BeforeAll
  static void read() throws IOException {
    try (JarFile jar = new JarFile(Layout.jar().toFile())) {
      bytes = content(jar, jar.getJarEntry(ENTRY));
      notices =
          new String(
              content(jar, jar.getJarEntry("META-INF/THIRD-PARTY-LICENSES")),
              StandardCharsets.UTF_8);
    }
    bom = new ObjectMapper().readTree(bytes);
    listed = new TreeSet<>();
    for (JsonNode each : bom.path("components")) {
      if (each.path("purl").asText().startsWith("pkg:cargo/")) {
        listed.add(each.path("name").asText() + " " + each.path("version").asText());
      }
    }
  }

  @Test
  void itKeepsTheSchemaOfCycloneDx() throws IOException {
    assertEquals(List.of(), new JsonParser().validate(bytes, Version.VERSION_16));
    assertTrue(bom.path("metadata").path("timestamp").isMissingNode(), "the same bytes every time");
  }

  @Test
  void itListsEachPackageThatTheNativePartsSayTheyContain() throws IOException {
    Set<String> contained = new TreeSet<>();
    try (JarFile jar = new JarFile(Layout.jar().toFile())) {
      for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
        if (entry.getName().startsWith("native/") && !entry.isDirectory()) {
          String text = new String(content(jar, entry), StandardCharsets.ISO_8859_1);
          for (MatchResult found :
              SOURCE.matcher(text).results().collect(Collectors.toUnmodifiableList())) {
            if (!found.group(1).equals(OF_RUST)) {
              contained.add(found.group(2) + " " + found.group(3));
            }
          }
        }
      }
    }
    assertTrue(contained.size() > 40, "only " + contained);
    contained.removeAll(listed);
    assertEquals(Set.of(), contained, "linked, and not listed");
  }

  @Test
  void eachComponentIsIdentifiedAndHasItsChecksumOrIsOurs() throws IOException {
    String lock = Files.readString(Layout.examples().resolveSibling("Cargo.lock"));
    Set<String> ids = new TreeSet<>();
    for (JsonNode each : bom.path("components")) {
      String id = each.path("bom-ref").asText();
      assertTrue(ids.add(id), id);
      assertTrue(each.path("licenses").size() > 0, id);
      if (id.startsWith("pkg:cargo/")) {
        String sum = each.path("hashes").path(0).path("content").asText();
        String entry =
            "name = \"" + each.path("name").asText() + "\"\nversion = \"" + text(each, "version");
        int at = lock.indexOf(entry + "\"\n");
        assertTrue(at >= 0, id);
        String rest =
            lock.substring(
                at, lock.indexOf("\n\n", at) < 0 ? lock.length() : lock.indexOf("\n\n", at));
        assertEquals(!sum.isEmpty(), rest.contains("checksum = "), id);
        assertTrue(rest.contains(sum), id);
      }
    }
    ids.add(bom.path("metadata").path("component").path("bom-ref").asText());
    for (JsonNode each : bom.path("dependencies")) {
      assertTrue(ids.contains(text(each, "ref")), text(each, "ref"));
      each.path("dependsOn").forEach(on -> assertTrue(ids.contains(on.asText()), on.asText()));
    }
  }

  @Test
  void theNoticesNameTheSamePackages() {
    Set<String> foreign = new TreeSet<>();
    for (JsonNode each : bom.path("components")) {
      if (each.path("purl").asText().startsWith("pkg:cargo/") && each.has("hashes")) {
        foreign.add(each.path("name").asText() + " " + each.path("version").asText());
      }
    }
    Set<String> named =
        Pattern.compile("(?m)^  (\\S+ \\d\\S*): ")
            .matcher(notices)
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toSet());
    assertEquals(foreign, new TreeSet<>(named));
  }

  private static String text(JsonNode of, String field) {
    return of.path(field).asText();
  }

  private static byte[] content(JarFile jar, JarEntry entry) throws IOException {
    assertNotNull(entry, "not in the jar");
    try (InputStream in = jar.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }
}
