package io.tollgate.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** The operating system and processor this JVM runs on, as the jar names its libraries. */
final class Platform {
  private final String os;
  private final String arch;

  Platform(String os, String arch) {
    this.os = os;
    this.arch = arch;
  }

  /** The platform of this process. Unknown names are kept, so that messages can show them. */
  static Platform current() {
    String os = os(System.getProperty("os.name", "unknown"));
    if (os.equals("linux") && runsOnMusl(Paths.get("/proc/self/maps"))) {
      os = "linux-musl";
    }
    return new Platform(os, arch(System.getProperty("os.arch", "unknown")));
  }

  static String os(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.startsWith("linux")) {
      return "linux";
    }
    if (lower.startsWith("windows")) {
      return "windows";
    }
    if (lower.startsWith("mac") || lower.startsWith("darwin")) {
      return "macos";
    }
    return lower.replaceAll("[^a-z0-9]+", "_");
  }

  static String arch(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    switch (lower) {
      case "amd64":
      case "x86_64":
      case "x64":
        return "x86_64";
      case "aarch64":
      case "arm64":
        return "aarch64";
      default:
        return lower.replaceAll("[^a-z0-9]+", "_");
    }
  }

  /**
   * Whether the C library mapped into this very process is musl. Its files may lie on a system that
   * runs glibc, so looking for files would be wrong.
   */
  static boolean runsOnMusl(Path maps) {
    try (BufferedReader lines = Files.newBufferedReader(maps, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.contains("/ld-musl-") || line.contains("/libc.musl-")) {
          return true;
        }
      }
      return false;
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  /**
   * The platforms whose library may load here, this one first. The mappings of a process can't be
   * read everywhere, so on Linux the other C library's is the second; it can't load by mistake.
   */
  List<Platform> candidates() {
    switch (os) {
      case "linux":
        return Arrays.asList(this, new Platform("linux-musl", arch));
      case "linux-musl":
        return Arrays.asList(this, new Platform("linux", arch));
      default:
        return Collections.singletonList(this);
    }
  }

  /** What to do where the jar has no library for this platform. */
  String remedyWithoutLibrary() {
    String build = "build a library from source and set " + NativeLibrary.PATH + " to it";
    if (Arrays.asList("x86", "i386", "i486", "i586", "i686", "arm").contains(arch)) {
      return "this is a JVM of 32 bits, and the jar has libraries for 64: start JMeter with a JVM"
          + " of 64 bits";
    }
    if (os.equals("macos") && arch.equals("x86_64")) {
      return "if this Mac has an Apple processor, this JVM runs under Rosetta: start JMeter with a"
          + " JVM for aarch64; otherwise "
          + build;
    }
    return "this jar carries no library for this platform; " + build;
  }

  boolean isWindows() {
    return os.equals("windows");
  }

  /** The folder under {@code native/} in the jar. */
  String folder() {
    return os + "-" + arch;
  }

  /** The library's file name; versioned, so that a stale file can never be taken for it. */
  String fileName() {
    switch (os) {
      case "windows":
        return "tollgate-" + Version.CURRENT + ".dll";
      case "macos":
        return "libtollgate-" + Version.CURRENT + ".dylib";
      default:
        return "libtollgate-" + Version.CURRENT + ".so";
    }
  }

  /** The file name of the misbehaving server. */
  String serverFileName() {
    return "tollgate-authserver-" + Version.CURRENT + (isWindows() ? ".exe" : "");
  }

  /** Where that server lies in the jar. */
  String serverResource() {
    return "native/" + folder() + "/" + serverFileName();
  }

  /** Where the library lies in the jar. */
  String resource() {
    return "native/" + folder() + "/" + fileName();
  }
}
