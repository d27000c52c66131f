package io.tollgate.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformTest {
  @TempDir Path temp;

  @Test
  void namesOfTheJvmBecomeNamesOfTheJar() {
    assertEquals("windows", Platform.os("Windows Server 2022"));
    assertEquals("macos", Platform.os("Mac OS X"));
    assertEquals("linux", Platform.os("Linux"));
    assertEquals("x86_64", Platform.arch("amd64"));
    assertEquals("aarch64", Platform.arch("ARM64"));
    assertEquals("ppc64le", Platform.arch("ppc64le"));
  }

  @Test
  void theLibrarysNameHasTheVersion() {
    String version = Version.CURRENT;
    assertEquals(
        "native/linux-musl-aarch64/libtollgate-" + version + ".so",
        new Platform("linux-musl", "aarch64").resource());
    assertEquals(
        "native/windows-x86_64/tollgate-" + version + ".dll",
        new Platform("windows", "x86_64").resource());
    assertEquals(
        "native/macos-aarch64/libtollgate-" + version + ".dylib",
        new Platform("macos", "aarch64").resource());
  }

  @Test
  void theServerLiesBesideTheLibrary() {
    String version = Version.CURRENT;
    assertEquals(
        "native/linux-aarch64/tollgate-authserver-" + version,
        new Platform("linux", "aarch64").serverResource());
    assertEquals(
        "native/windows-x86_64/tollgate-authserver-" + version + ".exe",
        new Platform("windows", "x86_64").serverResource());
  }

  @Test
  void onLinuxTheOtherCLibraryIsTheSecondCandidate() {
    assertEquals(Arrays.asList("linux-x86_64", "linux-musl-x86_64"), candidates("linux"));
    assertEquals(Arrays.asList("linux-musl-x86_64", "linux-x86_64"), candidates("linux-musl"));
    assertEquals(Arrays.asList("windows-x86_64"), candidates("windows"));
    assertEquals(Arrays.asList("macos-x86_64"), candidates("macos"));
  }

  private static List<String> candidates(String os) {
    return new Platform(os, "x86_64")
        .candidates().stream().map(Platform::folder).collect(Collectors.toList());
  }

  @Test
  void whoHasNoLibraryIsToldWhichJvmHasOne() {
    assertTells("JVM of 64 bits", "windows", "x86");
    assertTells("JVM of 64 bits", "linux", "arm");
    assertTells("Rosetta: start JMeter with a JVM for aarch64", "macos", "x86_64");
    assertTells("build a library from source", "linux", "riscv64");
  }

  private static void assertTells(String words, String os, String arch) {
    String remedy = new Platform(os, Platform.arch(arch)).remedyWithoutLibrary();
    assertTrue(remedy.contains(words), remedy);
  }

  @Test
  void muslIsDetectedByTheMappingsOfTheProcess() throws Exception {
    String line = "7f00-7f01 r-xp 00000000 08:01 42 /lib/ld-musl-x86_64.so.1\n";
    Path maps = temp.resolve("maps");
    Files.write(maps, line.getBytes(StandardCharsets.US_ASCII));
    assertTrue(Platform.runsOnMusl(maps));
    Files.write(maps, line.replace("ld-musl-x86_64", "ld-linux").getBytes("US-ASCII"));
    assertFalse(Platform.runsOnMusl(maps));
    assertFalse(Platform.runsOnMusl(temp.resolve("none")));
  }
}
