package io.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A run that is saved in many formats: of 24 samples of three threads, one a second, those from the
 * 14th on are answered 401.
 */
final class RefusedRun {
  static final int SAMPLES = 24;
  static final int GOOD = 14;

  private RefusedRun() {}

  static String code(int i) {
    return i < GOOD ? "200" : "401";
  }

  /** What {@code explain} must find in it, whatever the format. */
  static void assertFound(Path temp, String results, String why) throws IOException {
    Explained explained = Explained.text(temp, results);
    assertEquals(1, explained.exit, why + "\n" + explained);
    explained.says(
        "r.jtl: 24 samples of 3 threads in 23 s, 10 failed",
        "From +14 s on every sample is answered 401");
  }
}
