package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code explain}, run as a user runs it on the results of each story. */
class TheJarExplainsResultsTest {
  @TempDir Path temp;

  @Test
  void eachStoryIsKnownByItsResultsAndTollgatesRunOfItIsQuiet() {
    for (String story : List.of("stampede", "minute-mark", "revoked", "throttled", "sustained")) {
      assertEquals(story, Program.storyOf(Layout.jtl(story)), "the failure");
      assertEquals("", Program.storyOf(Layout.jtl(story + "-tollgate")), story + " with Tollgate");
    }
    assertEquals("revoked", Program.storyOf(Layout.jtl("revoked-forum")));
    assertEquals("throttled", Program.storyOf(Layout.jtl("throttled-forum")));
    Program dead = Program.run("explain", Layout.jtl("revoked").toString());
    assertTrue(dead.out().contains("tokens are dead, and stay dead"), dead.out());
    Program sockets = Program.run("explain", Layout.jtl("throttled-forum").toString());
    assertTrue(sockets.out().contains("Some threads go on with a dead token"), sockets.out());
  }

  @Test
  void aRunInWhichAllFailedForWantOfATokenIsExplainedInTollgatesWords() {
    Program dead = Program.run("explain", Layout.jtl("dead-endpoint").toString());
    assertEquals(1, dead.exitCode(), dead.toString());
    assertTrue(dead.out().contains("1. All samples failed"), dead.out());
    assertTrue(dead.out().contains("50 × io.tollgate.TollgateException UNREACHABLE"), dead.out());
    assertTrue(dead.out().contains("profile 'demo'"), dead.out());
    assertTrue(dead.out().contains("java -jar … check"), dead.out());
  }

  @Test
  void explainSaysWhatItSeesAndDrawsIt() throws IOException {
    Path html = temp.resolve("out.html");
    Path svg = temp.resolve("out.svg");
    Program explained =
        Program.run(
            "explain",
            Layout.jtl("minute-mark").toString(),
            "--html",
            html.toString(),
            "--svg",
            svg.toString());
    assertEquals(1, explained.exitCode(), explained.toString());
    assertTrue(
        explained.out().contains("The refresh token is invalid or expired"), explained.out());
    String page = Files.readString(html);
    assertTrue(page.contains(Files.readString(svg)), "the page holds the chart");
    assertTrue(page.contains("prefers-color-scheme:dark"), "dark");
    assertFalse(
        Pattern.compile("<script|src=|@import|url\\(").matcher(page).find(), "from outside");
    assertEquals(
        0,
        Program.run("explain", Layout.jtl("stampede-tollgate").toString()).exitCode(),
        "nothing found");
    Program none = Program.run("explain", html.toString());
    assertEquals(2, none.exitCode(), none.toString());
    assertTrue(none.err().contains("not a result file"), none.err());
    Path injectors = Files.createDirectories(temp.resolve("injectors"));
    for (String story : List.of("minute-mark", "stampede")) {
      Files.copy(Layout.jtl(story), injectors.resolve(story + ".jtl"));
    }
    Path run = temp.resolve("run.html");
    Program both = Program.run("explain", injectors.toString(), "--html", run.toString());
    assertEquals(1, both.exitCode(), both.toString());
    assertTrue(both.out().contains("  minute-mark.jtl: 1,050 samples"), both.out());
    assertTrue(Files.readString(run).contains("stampede.jtl"), "the page names both");
    // With a label that fits no token request, there is none.
    Program other =
        Program.run("explain", Layout.jtl("minute-mark").toString(), "--token-label", "^nothing$");
    assertTrue(other.out().contains("Token requests in it: none"), other.out());
  }
}
