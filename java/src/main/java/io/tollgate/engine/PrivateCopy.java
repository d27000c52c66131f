package io.tollgate.engine;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file in a directory of its own that only this user can enter (0700). The directory holds a lock
 * file, locked as long as the process lives: a directory whose lock is free belongs to no process
 * and is deleted by the next one that makes a copy. That matters on Windows, where a loaded library
 * cannot be deleted, and after a kill.
 */
final class PrivateCopy {
  private static final String PREFIX = "tollgate-native-";
  private static final String LOCK = "in-use.lock";

  /** A directory younger than this may belong to a process that has not locked it yet. */
  private static final long GRACE_MILLIS = 60_000;

  /** The garbage collector closes a channel that nothing refers to, which frees its lock. */
  private static final Set<FileLock> HELD = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final Path file;
  private final FileChannel lockChannel;

  private PrivateCopy(Path directory, Path file, FileChannel lockChannel) {
    this.directory = directory;
    this.file = file;
    this.lockChannel = lockChannel;
  }

  /**
   * Writes the bytes to a new private directory and reads them back.
   *
   * @throws IOException if that cannot be done here, or if what is read is not what was written
   */
  static PrivateCopy create(Path base, String fileName, byte[] bytes) throws IOException {
    Files.createDirectories(base);
    sweep(base, System.currentTimeMillis());
    Path directory = createDirectory(base);
    FileChannel lockChannel = null;
    try {
      lockChannel =
          FileChannel.open(
              directory.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      FileLock lock = lockChannel.tryLock();
      if (lock != null) {
        HELD.add(lock);
      }
      Path file = directory.resolve(fileName);
      Files.write(file, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      if (!Arrays.equals(bytes, Files.readAllBytes(file))) {
        throw new IOException("the copy at " + file + " differs from what was written");
      }
      return new PrivateCopy(directory, file, lockChannel);
    } catch (IOException | RuntimeException e) {
      delete(directory, lockChannel);
      throw e;
    }
  }

  private static Path createDirectory(Path base) throws IOException {
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      return Files.createTempDirectory(
          base,
          PREFIX,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return Files.createTempDirectory(base, PREFIX); // Windows: the user's own temp is private
  }

  Path file() {
    return file;
  }

  /** Deletes file and directory, as far as the system lets; the rest is for the next sweep. */
  void delete() {
    delete(directory, lockChannel);
  }

  /** Deletes the directories no process holds. */
  static void sweep(Path base, long now) {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(base, PREFIX + "*")) {
      for (Path directory : found) {
        sweepOne(directory, now);
      }
    } catch (IOException | RuntimeException e) {
      // Sweeping is a courtesy; what it cannot read it leaves.
    }
  }

  private static void sweepOne(Path directory, long now) {
    try {
      if (now - Files.getLastModifiedTime(directory).toMillis() < GRACE_MILLIS) {
        return;
      }
      Path lockFile = directory.resolve(LOCK);
      if (!Files.exists(lockFile)) {
        delete(directory, null);
        return;
      }
      try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        if (lock == null) {
          return; // in use
        }
      }
      delete(directory, null);
    } catch (IOException | OverlappingFileLockException e) {
      // In use by this process, by another user, or gone: not ours to delete.
    }
  }

  private static void delete(Path directory, FileChannel lockChannel) {
    try {
      if (lockChannel != null) {
        HELD.removeIf(lock -> lock.acquiredBy() == lockChannel);
        lockChannel.close();
      }
    } catch (IOException e) {
      // The lock goes with the process at the latest.
    }
    for (File each : files(directory)) {
      each.delete();
    }
    if (!directory.toFile().delete()) {
      // The JVM deletes what was named last first.
      directory.toFile().deleteOnExit();
      for (File left : files(directory)) {
        left.deleteOnExit();
      }
    }
  }

  private static File[] files(Path directory) {
    File[] files = directory.toFile().listFiles();
    return files == null ? new File[0] : files;
  }
}
