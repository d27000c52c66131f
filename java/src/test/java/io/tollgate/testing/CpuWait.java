package io.tollgate.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;

/**
 * For how long ready threads of this machine waited for a processor since this began: what a bound
 * on a time may be exceeded by. The kernel's total, zero where it keeps none.
 */
public final class CpuWait {
  private final long before = totalMicros();

  /** In milliseconds, rounded up. */
  public long millis() {
    return (totalMicros() - before + 999) / 1000;
  }

  /** Fails unless a time is at most the bound and this. */
  public void allows(long millis, long bound, String what) {
    long waited = millis();
    if (millis > bound + waited) {
      throw new AssertionError(
          what
              + " took "
              + millis
              + " ms; bound: "
              + bound
              + " ms and "
              + waited
              + " ms of waiting");
    }
  }

  private static long totalMicros() {
    try {
      for (String line :
          Files.readAllLines(Paths.get("/proc/pressure/cpu"), StandardCharsets.US_ASCII)) {
        if (line.startsWith("some ")) {
          return Long.parseLong(line.substring(line.indexOf("total=") + "total=".length()));
        }
      }
    } catch (IOException e) {
      // This kernel keeps no total.
    }
    return 0;
  }
}
