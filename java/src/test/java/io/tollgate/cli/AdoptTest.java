package io.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of the command {@code adopt}: which it reads, which it writes and which never. */
class AdoptTest {
  private static final String ADOPTABLE = "adoptable.jmx";
  private static final String NOTHING = "nothing.jmx";

  @TempDir Path directory;

  private Path plan;
  private Path target;
  private byte[] before;
  private String said;

  @BeforeEach
  void makePlan() throws IOException {
    plan = copy(ADOPTABLE);
    target = directory.resolve("new.jmx");
    before = Files.readAllBytes(plan);
  }

  private Path copy(String name) throws IOException {
    Path file = directory.resolve(name);
    Files.copy(AdoptTest.class.getResourceAsStream(name), file);
    return file;
  }

  private int run(Object... arguments) throws UnsupportedEncodingException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, "UTF-8");
    List<String> words = Arrays.stream(arguments).map(String::valueOf).collect(Collectors.toList());
    words.add(0, "adopt");
    int exit = new Main(stream, stream).run(words);
    said = out.toString("UTF-8");
    return exit;
  }

  private void assertPlanIsUntouched() throws IOException {
    assertArrayEquals(before, Files.readAllBytes(plan));
    try (Stream<Path> files = Files.list(directory)) {
      files.forEach(file -> assertFalse(file.toString().contains("tollgate-"), "left: " + file));
    }
  }

  private void assertSays(String text) {
    assertTrue(said.contains(text), () -> "'" + text + "' is not in: " + said);
  }

  @Test
  void theNewPlanIsWrittenAndTheOldOneStays() throws IOException {
    assertEquals(Exit.FINE, run(plan, "-o", target), () -> said);
    assertPlanIsUntouched();
    String written = new String(Files.readAllBytes(target), StandardCharsets.UTF_8);
    assertTrue(written.contains("io.tollgate.jmeter.elements.CredentialConfig"), written);
    assertSays("Written: " + target);
    assertSays("as profile 'default'");
  }

  @Test
  void withoutATargetItOnlyReports() throws IOException {
    assertEquals(Exit.FINE, run(plan), () -> said);
    assertPlanIsUntouched();
    assertSays("No plan was written: -o FILE names the new one.");
  }

  @Test
  void anExistingFileIsReplacedOnlyByForce() throws IOException {
    Files.write(target, new byte[] {1});
    assertEquals(Exit.USAGE, run(plan, "-o", target));
    assertSays("new.jmx exists; --force replaces it");
    assertArrayEquals(new byte[] {1}, Files.readAllBytes(target));
    assertEquals(Exit.FINE, run(plan, "-o", target, "--force"), () -> said);
    assertTrue(Files.size(target) > 1);
    assertPlanIsUntouched();
  }

  @Test
  void thePlanItselfIsNeverWrittenToByWhateverName() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link.jmx"), plan);
    Path hard = Files.createLink(directory.resolve("hard.jmx"), plan);
    Path folder = Files.createSymbolicLink(directory.resolve("folder"), directory);
    for (Path name :
        new Path[] {
          plan, link, hard, folder.resolve(ADOPTABLE), directory.resolve("./" + ADOPTABLE)
        }) {
      assertEquals(Exit.USAGE, run(plan, "-o", name, "--force"), name.toString());
      assertSays("is the plan itself, which is never written to");
      assertEquals(Exit.USAGE, run(link, "-o", name, "--force"), name.toString());
    }
    assertTrue(Files.isSymbolicLink(link));
    assertPlanIsUntouched();
  }

  @Test
  void whereThereIsNothingToAdoptNoFileIsWritten() throws IOException {
    Path nothing = copy(NOTHING);
    assertEquals(Exit.FOUND, run(nothing, "-o", target));
    assertSays("Nothing to adopt: no running part of this plan requests a token for others.");
    assertFalse(Files.exists(target));
    assertEquals(Exit.FINE, run(plan, "-o", target));
    Path again = directory.resolve("again.jmx");
    assertEquals(Exit.FOUND, run(target, "-o", again));
    assertSays("Tollgate is in this plan already");
    assertFalse(Files.exists(again));
  }

  @Test
  void wrongUsageIsToldByName() throws IOException {
    assertEquals(Exit.USAGE, run());
    assertSays("adopt wants a plan (JMX)");
    assertEquals(Exit.USAGE, run(plan, "-o"));
    assertEquals(Exit.USAGE, run(plan, "--forec"));
    assertSays("adopt does not know '--forec'");
    assertEquals(Exit.USAGE, run(plan, plan));
    assertEquals(Exit.USAGE, run(directory.resolve("none.jmx"), "-o", target));
    assertSays("there is no such file");
    assertEquals(Exit.USAGE, run(plan, "-o", directory.resolve("none").resolve("new.jmx")));
    assertSays("can't be written");
    Path other = Files.write(directory.resolve("x.jmx"), "<testResults/>".getBytes("UTF-8"));
    assertEquals(Exit.USAGE, run(other, "-o", target));
    assertSays("x.jmx is not a plan of JMeter: its XML begins with <testResults>");
    assertFalse(Files.exists(target));
  }
}
