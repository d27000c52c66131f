package io.tollgate.engine;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Loads the native library: from {@code tollgate.native.path} if that is set, and from nowhere else
 * then; otherwise the one in the jar for this platform, copied to a private directory under {@code
 * tollgate.native.tmpdir} or, if that is not set, the JVM's temp directory or the user's cache. On
 * Linux, where that one does not load, the one for the other C library is tried.
 *
 * <p>Both settings may be system or JMeter properties. The copy is deleted right after loading
 * where the system allows. When nothing works the exception lists what was tried and what to do.
 */
final class NativeLibrary {
  static final String PATH = "tollgate.native.path";
  static final String TMPDIR = "tollgate.native.tmpdir";

  private final Platform platform;
  private final Set<String> tried = new LinkedHashSet<>();
  private Throwable lastError;

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
    List<Path> bases = bases(tmpdir);
    boolean found = false;
    for (Platform each : platform.candidates()) {
      byte[] bytes = fromJar(each);
      if (bytes == null) {
        continue;
      }
      found = true;
      for (Path base : bases) {
        if (loadCopy(base, each, bytes)) {
          return;
        }
      }
    }
    throw unavailable(found ? remedyOfCopies() : platform.remedyWithoutLibrary(), lastError);
  }

  private boolean loadCopy(Path base, Platform each, byte[] bytes) {
    PrivateCopy copy;
    try {
      copy = PrivateCopy.create(base, each.fileName(), bytes);
    } catch (IOException | RuntimeException e) {
      tried.add("copy to " + base + ": " + LoadErrors.ofCopy(base, e));
      return false;
    }
    try {
      System.load(copy.file().toString());
    } catch (UnsatisfiedLinkError | RuntimeException e) {
      copy.delete();
      tried.add("load " + each.folder() + " from " + base + ": " + LoadErrors.ofLoad(e));
      if (LoadErrors.isAccessDenied(e)) {
        throw unavailable(LoadErrors.ALLOW_NATIVE_ACCESS, e);
      }
      lastError = e;
      return false;
    }
    if (!platform.isWindows()) {
      copy.delete();
    }
    return true;
  }

  private String remedyOfCopies() {
    return "set "
        + TMPDIR
        + " to a directory that can be written to and is not mounted noexec, or unpack "
        + platform.resource()
        + " from the jar and set "
        + PATH
        + " to it";
  }

  private void loadFile(Path file, String why) {
    try {
      System.load(file.toString());
    } catch (UnsatisfiedLinkError | RuntimeException e) {
      tried.add(why + ": " + LoadErrors.ofLoad(e));
      throw unavailable(
          LoadErrors.isAccessDenied(e)
              ? LoadErrors.ALLOW_NATIVE_ACCESS
              : "correct or remove " + PATH + " (nothing else is tried while it is set)",
          e);
    }
  }

  /** Null if the jar has none for that platform. */
  private byte[] fromJar(Platform each) {
    try {
      byte[] bytes = JarResource.read(each.resource());
      if (bytes == null) {
        tried.add(each.resource() + " in the jar: not there");
      }
      return bytes;
    } catch (IOException e) {
      tried.add("read " + each.resource() + " in the jar: " + e);
      throw unavailable("check that the jar is complete and readable", e);
    }
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

  private static String setting(EngineHost host, String key) {
    String value = System.getProperty(key);
    if (value == null || value.isEmpty()) {
      value = host.property(key);
    }
    return value == null || value.trim().isEmpty() ? null : value.trim();
  }
}
