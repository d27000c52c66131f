package io.tollgate.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A JMeter home with the shipped jar in lib/ext, as a user has it after one copy.
 *
 * <p>The untouched home is not written to: its files are hard-linked (copied where that cannot be),
 * so a home costs next to nothing. JMeter finds its home by where its launcher's real file lies,
 * hence no symbolic links.
 */
public final class JMeterHome {
  private static JMeterHome shared;

  private final Path directory;

  private JMeterHome(Path directory) {
    this.directory = directory;
  }

  /** The home that all runs of this JVM share. */
  public static synchronized JMeterHome withTollgate() {
    if (shared == null) {
      shared = of(Layout.jmeter(), "jmeter", true);
    }
    return shared;
  }

  /** The home as it is without Tollgate; not to be written to. */
  public static JMeterHome untouched() {
    return new JMeterHome(Layout.jmeter());
  }

  /**
   * A home made of an untouched one.
   *
   * @param name of its directory
   * @param withTollgate whether the jar is in lib/ext
   */
  public static JMeterHome of(Path untouched, String name, boolean withTollgate) {
    Path directory = Layout.build().resolve("system").resolve(name);
    try {
      delete(directory);
      link(untouched, directory);
      if (withTollgate) {
        Path jar = Layout.jar();
        Files.copy(jar, directory.resolve("lib/ext").resolve(jar.getFileName()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new JMeterHome(directory);
  }

  /** Where it is. */
  public Path directory() {
    return directory;
  }

  Path resolve(String path) {
    return directory.resolve(path);
  }

  private static void link(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes unused)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(directory)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes unused)
              throws IOException {
            Path target = to.resolve(from.relativize(file));
            try {
              Files.createLink(target, file);
            } catch (IOException | UnsupportedOperationException e) {
              Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Removes a directory and all in it, if it exists. */
  public static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes unused)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
