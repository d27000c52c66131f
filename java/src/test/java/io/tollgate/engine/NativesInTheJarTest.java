package io.tollgate.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.testing.Plugin;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The jar of this build: its files for this machine and for no other, and how large it is. */
class NativesInTheJarTest {
  /** 6.0 MB when this was written. */
  private static final long LARGEST = 7_500_000;

  @Test
  void theLibraryAndTheServerOfThisPlatform() throws IOException {
    Platform platform = Platform.current();
    Set<String> expected =
        Stream.of(platform.resource(), platform.serverResource())
            .collect(Collectors.toCollection(TreeSet::new));
    try (JarFile jar = new JarFile(Plugin.jar())) {
      Set<String> natives =
          jar.stream()
              .filter(entry -> !entry.isDirectory())
              .map(entry -> entry.getName())
              .filter(name -> name.startsWith("native/"))
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(expected, natives);
    }
    assertTrue(Plugin.jar().length() <= LARGEST, Plugin.jar().length() + " bytes");
  }
}
