package io.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.testing.Plugin;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code dry-run}: a load on the server in the jar, and what that counted. */
class DryRunTest {
  private String output;

  @BeforeAll
  static void start() {
    Plugin.ready();
  }

  private int run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true);
    int exit = new Main(stream, stream).run(Arrays.asList(arguments));
    output = new String(out.toByteArray(), StandardCharsets.UTF_8);
    return exit;
  }

  private String count(String row) {
    for (String line : output.split("\n")) {
      if (line.trim().startsWith(row)) {
        return line.trim().substring(row.length()).trim();
      }
    }
    throw new AssertionError(row + " in " + output);
  }

  /** All answers of the API are 500: every sample fails, and none for lack of a token. */
  @Test
  void theServersCountsAreInTheTable() {
    int exit =
        run(
            ("dry-run --threads 3 --seconds 3 -- --lifetime 1h"
                    + " --api-fault status:500 --api-fault-for 0ms")
                .split(" "));
    assertEquals(Exit.FOUND, exit, output);
    assertEquals(count("samples"), count("failed samples"), output);
    assertEquals("1", count("token requests"), output);
    assertEquals("1", count("tokens minted"), output);
    assertEquals("0", count("API: sent without a token"), output);
  }

  @Test
  void whatIsWrongInItsLineIsSaid() {
    assertEquals(Exit.USAGE, run("dry-run", "--lifetime", "5s"));
    assertTrue(output.contains("after --"), output);
    assertEquals(Exit.USAGE, run("dry-run", "--seconds", "1", "--", "--no-such-flag"));
    assertTrue(output.contains("its flags may be wrong"), output);
  }
}
