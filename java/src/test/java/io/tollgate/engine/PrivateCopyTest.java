package io.tollgate.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
