package io.tollgate.engine;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Loads the native library: from {@code tollgate.native.path} if that is set, and from nowhere else
 * then; otherwise the one in the jar for this platform, copied to a private directory under {@code
 * tollgate.native.tmpdir} or, if that is not set, the JVM's temp directory or the user's cache.
 *
 * <p>Both settings may be system or JMeter properties. The copy is deleted right after loading
 * where the system allows. When nothing works the exception lists what was tried and what to do.
 */
final class NativeLibrary {
  static final String PATH = "tollgate.native.path";
  static final String TMPDIR = "tollgate.native.tmpdir";

  private final Platform platform;
  private final List<String> tried = new ArrayList<>();

  private NativeLibrary(Platform platform) {
    this.platform = platform;
  }

  /**
   * Loads the library into this class's loader. Call once.
   *
   * @throws TollgateException {@code NATIVE_UNAVAILABLE}
   */
  static void load(EngineHost host) {
    new NativeLibrary(Platform.current()).loadFirst(setting(host, PATH), setting(host, TMPDIR));
  }

  private void loadFirst(String path, String tmpdir) {
    if (path != null) {
      loadFile(overridden(path), PATH + "=" + path);
    } else {
      loadFromJar(tmpdir);
    }
    checkVersion();
  }

  private Path overridden(String path) {
    try {
      Path given = Paths.get(path).toAbsolutePath();
      return Files.isDirectory(given) ? given.resolve(platform.fileName()) : given;
    } catch (InvalidPathException e) {
      throw unavailable(PATH + "=" + path + " is not a path: " + e.getMessage(), null);
    }
  }

  private void loadFromJar(String tmpdir) {
    byte[] bytes = fromJar();
    UnsatisfiedLinkError last = null;
    for (Path base : bases(tmpdir)) {
      PrivateCopy copy;
      try {
        copy = PrivateCopy.create(base, platform.fileName(), bytes);
      } catch (IOException | RuntimeException e) {
        tried.add("copy to " + base + ": " + e);
        continue;
      }
      try {
        System.load(copy.file().toString());
        if (!platform.isWindows()) {
          copy.delete();
        }
        return;
      } catch (UnsatisfiedLinkError e) {
        copy.delete();
        tried.add("load from " + base + ": " + e.getMessage() + hint(e.getMessage()));
        last = e;
      }
    }
    throw unavailable(
        "set "
            + TMPDIR
            + " to a directory that can be written to and is not mounted noexec, or unpack "
            + platform.resource()
            + " from the jar and set "
            + PATH
            + " to it",
        last);
  }

  private void loadFile(Path file, String why) {
    try {
      System.load(file.toString());
    } catch (UnsatisfiedLinkError e) {
      tried.add(why + ": " + e.getMessage() + hint(e.getMessage()));
      throw unavailable(
          "correct or remove " + PATH + " (nothing else is tried while it is set)", e);
    }
  }

  private byte[] fromJar() {
    byte[] bytes;
    try {
      bytes = JarResource.read(platform.resource());
    } catch (IOException e) {
      tried.add("read " + platform.resource() + " in the jar: " + e);
      throw unavailable("check that the jar is complete and readable", null);
    }
    if (bytes == null) {
      tried.add(platform.resource() + " in the jar: not there");
      throw unavailable(
          "this jar carries no library for this platform; build one from source and set "
              + PATH
              + " to it",
          null);
    }
    return bytes;
  }

  private List<Path> bases(String tmpdir) {
    List<Path> bases = new ArrayList<>();
    if (tmpdir != null) {
      addBase(bases, TMPDIR, tmpdir);
      return bases;
    }
    addBase(bases, "java.io.tmpdir", System.getProperty("java.io.tmpdir"));
    String home = System.getProperty("user.home");
    if (home != null && Files.isDirectory(Paths.get(home))) {
      addBase(bases, "user.home", home + "/.cache/tollgate");
    }
    return bases;
  }

  private void addBase(List<Path> bases, String what, String directory) {
    try {
      bases.add(Paths.get(directory).toAbsolutePath());
    } catch (InvalidPathException | NullPointerException e) {
      tried.add(what + "=" + directory + ": not a path");
    }
  }

  private void checkVersion() {
    String version;
    try {
      version = new NativeEngine(new WakeFutures()).version();
    } catch (UnsatisfiedLinkError e) {
      tried.add("first call: " + e.getMessage());
      throw unavailable("the file loaded is not Tollgate's library; correct or remove " + PATH, e);
    }
    if (!Version.CURRENT.equals(version)) {
      tried.add("first call: the library is version " + version);
      throw unavailable(
          "this jar is version " + Version.CURRENT + "; correct or remove " + PATH, null);
    }
  }

  private TollgateException unavailable(String remedy, Throwable cause) {
    return new TollgateException(
        ErrorCode.NATIVE_UNAVAILABLE,
        "the native library for "
            + platform.folder()
            + " (Java "
            + System.getProperty("java.version")
            + ", "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + ") could not be loaded. Tried: "
            + (tried.isEmpty() ? "nothing" : String.join("; ", tried))
            + ". To do: "
            + remedy,
        cause);
  }

  /** Explains what the loader says. */
  static String hint(String message) {
    String text = String.valueOf(message).toLowerCase(Locale.ROOT);
    if (text.contains("failed to map segment") || text.contains("operation not permitted")) {
      return " (the directory is probably mounted noexec)";
    }
    if (text.contains("already loaded in another classloader")) {
      return " (another copy of the jar holds this very file; keep one copy on the class path)";
    }
    if (text.contains("glibc") || text.contains("version `")) {
      return " (the system's C library is older than the library was built for)";
    }
    if (text.contains("wrong elf class") || text.contains("invalid elf header")) {
      return " (the file is not for this platform)";
    }
    return "";
  }

  private static String setting(EngineHost host, String key) {
    String value = System.getProperty(key);
    if (value == null || value.isEmpty()) {
      value = host.property(key);
    }
    return value == null || value.trim().isEmpty() ? null : value.trim();
  }
}
