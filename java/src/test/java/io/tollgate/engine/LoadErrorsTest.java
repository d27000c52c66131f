package io.tollgate.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadErrorsTest {
  /** As glibc, musl, macOS and Windows print them. */
  private static final String[][] SAID = {
    {"/t/lib.so: failed to map segment from shared object", "noexec"},
    {"Error loading shared library /t/lib.so: Operation not permitted", "noexec"},
    {"/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.17' not found", "older"},
    {"Error loading shared library ld-linux-x86-64.so.2: No such file", "for glibc"},
    {"libc.so: cannot open shared object file: No such file or directory", "for musl"},
    {"/usr/lib/x86_64-linux-gnu/libc.so: invalid ELF header", "for musl"},
    {"/t/lib.so: wrong ELF class: ELFCLASS64", "another processor"},
    {
      "dlopen(/t/lib.dylib, 1): tried: '/t/lib.dylib' (mach-o file, but is an incompatible"
          + " architecture (have 'arm64', need 'x86_64'))",
      "another processor"
    },
    {"C:\\t\\lib.dll: %1 is not a valid Win32 application", "another processor"},
    {"Native Library /t/lib.so already loaded in another classloader", "one copy"},
  };

  @TempDir Path temp;

  @Test
  void theirMeaningIsAdded() {
    for (String[] each : SAID) {
      String told = LoadErrors.ofLoad(new UnsatisfiedLinkError(each[0]));
      assertTrue(told.startsWith(each[0] + " ("), told);
      assertTrue(told.substring(each[0].length()).contains(each[1]), told);
    }
    String unknown = "something of tomorrow";
    assertEquals(unknown, LoadErrors.ofLoad(new UnsatisfiedLinkError(unknown)));
  }

  @Test
  void aDirectoryThatIsNotThereIsSaidToBe() {
    String told = LoadErrors.ofCopy(temp.resolve("none"), new IOException("words"));
    assertTrue(told.contains("does not exist and can't be made"), told);
    assertEquals("java.io.IOException: words", LoadErrors.ofCopy(temp, new IOException("words")));
  }
}
