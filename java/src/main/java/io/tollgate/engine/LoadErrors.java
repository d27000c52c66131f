package io.tollgate.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What the system and the JVM say when a library can't be unpacked or loaded, with its meaning. */
final class LoadErrors {
  /** Java 24 and newer, where a library may be loaded only by what was allowed to. */
  static final String ALLOW_NATIVE_ACCESS =
      "start JMeter with JVM_ARGS=--enable-native-access=ALL-UNNAMED, or without"
          + " --illegal-native-access=deny";

  private LoadErrors() {}

  /** Why a copy could not be made in a directory. */
  static String ofCopy(Path directory, Exception error) {
    if (!Files.exists(directory)) {
      return "the directory does not exist and can't be made: " + error;
    }
    if (Files.isDirectory(directory) && !Files.isWritable(directory)) {
      return "user " + System.getProperty("user.name") + " can't write to it: " + error;
    }
    return error.toString();
  }

  /** What {@code System.load} threw. */
  static String ofLoad(Throwable error) {
    if (isAccessDenied(error)) {
      return error.getMessage() + " (the JVM was started with --illegal-native-access=deny)";
    }
    String message = String.valueOf(error.getMessage());
    return message + meaning(message.toLowerCase(Locale.ROOT));
  }

  /** By its name: the class came with Java 9. */
  static boolean isAccessDenied(Throwable error) {
    return error != null && error.getClass().getName().equals("java.lang.IllegalCallerException");
  }

  private static String meaning(String message) {
    if (message.contains("failed to map segment") || message.contains("operation not permitted")) {
      return " (the directory is probably mounted noexec)";
    }
    if (message.contains("already loaded in another classloader")) {
      return " (another copy of the jar holds this very file; keep one copy on the class path)";
    }
    if (message.contains("glibc") || message.contains("version `")) {
      return " (the system's C library is older than the library was built for)";
    }
    if (message.contains("ld-linux") || message.contains("libc.so.6")) {
      return " (it is for glibc, and this system has another C library)";
    }
    if (message.contains("libc.so")) {
      return " (it is for musl, and this system has another C library)";
    }
    // macOS, Linux, and Windows in this order.
    if (message.contains("incompatible architecture")
        || message.contains("wrong elf class")
        || message.contains("invalid elf header")
        || message.contains("not a valid win32 application")) {
      return " (the file is for another processor or system)";
    }
    return "";
  }
}
