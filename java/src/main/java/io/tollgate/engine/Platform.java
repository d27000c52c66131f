package io.tollgate.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
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
