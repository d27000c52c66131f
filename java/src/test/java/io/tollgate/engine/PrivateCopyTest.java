package io.tollgate.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateCopyTest {
  private static final byte[] BYTES = {1, 2, 3};
  private static final long LATER = System.currentTimeMillis() + 3_600_000;

  @TempDir Path temp;

  @Test
  void onlyTheUserCanEnterItsDirectory() throws Exception {
    PrivateCopy copy = PrivateCopy.create(temp.resolve("made/on/demand"), "lib.so", BYTES);
    assertArrayEquals(BYTES, Files.readAllBytes(copy.file()));
    assertEquals(
        PosixFilePermissions.fromString("rwx------"),
        Files.getPosixFilePermissions(copy.file().getParent()));
    copy.delete();
    assertFalse(Files.exists(copy.file().getParent()));
  }

  @Test
  void sweepingDeletesUnlockedDirectoriesOnly() throws Exception {
    PrivateCopy held = PrivateCopy.create(temp, "lib.so", BYTES);
    Path abandoned = Files.createDirectory(temp.resolve("tollgate-native-1"));
    Files.createFile(abandoned.resolve("in-use.lock"));
    Files.createFile(abandoned.resolve("lib.so"));
    Path unlocked = Files.createDirectory(temp.resolve("tollgate-native-2"));
    Path foreign = Files.createDirectory(temp.resolve("something-else"));
    PrivateCopy.sweep(temp, System.currentTimeMillis());
    assertTrue(Files.exists(abandoned), "too young to be judged");
    PrivateCopy.sweep(temp, LATER);
    assertFalse(Files.exists(abandoned));
    assertFalse(Files.exists(unlocked));
    assertTrue(Files.exists(foreign));
    assertTrue(Files.exists(held.file()));
    held.delete();
  }

  @Test
  void aCopyIsItsProcesssEvenIfNothingRefersToIt() throws Exception {
    Path file = PrivateCopy.create(temp, "lib.so", BYTES).file();
    Path other = Files.createFile(temp.resolve("other"));
    WeakReference<Object> unheld =
        new WeakReference<>(FileChannel.open(other, StandardOpenOption.WRITE));
    for (int i = 0; unheld.get() != null || i < 3; i++) {
      assertTrue(i < 100, "nothing is collected");
      System.gc();
    }
    Process sweeper = childThatSweeps();
    assertEquals(0, sweeper.waitFor());
    assertTrue(Files.exists(file), "swept while its process lives");
  }

  /** Locks of one process do not keep that process out. */
  private Process childThatSweeps() throws Exception {
    String java = Paths.get(System.getProperty("java.home"), "bin", "java").toString();
    String classPath = System.getProperty("java.class.path");
    return new ProcessBuilder(java, "-cp", classPath, Sweep.class.getName(), temp.toString())
        .inheritIO()
        .start();
  }

  /** Sweeps a directory as a process an hour later would. */
  static final class Sweep {
    private Sweep() {}

    /** Runs it. */
    public static void main(String[] arguments) {
      PrivateCopy.sweep(Paths.get(arguments[0]), LATER);
    }
  }

  @Test
  void aNewCopySweepsOldLeftovers() throws Exception {
    Path old = Files.createDirectory(temp.resolve("tollgate-native-old"));
    Files.setLastModifiedTime(old, FileTime.fromMillis(0));
    PrivateCopy.create(temp, "lib.so", BYTES).delete();
    assertFalse(Files.exists(old));
  }

  @Test
  void aBaseThatIsNoDirectoryIsAnError() throws Exception {
    Path file = Files.createFile(temp.resolve("file"));
    assertThrows(IOException.class, () -> PrivateCopy.create(file, "lib.so", BYTES));
    assertThrows(IOException.class, () -> PrivateCopy.create(file.resolve("x"), "lib.so", BYTES));
  }
}
