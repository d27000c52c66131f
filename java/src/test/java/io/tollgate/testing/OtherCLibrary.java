package io.tollgate.testing;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The jar with this machine's library in the folder of the other C library of Linux. */
public final class OtherCLibrary {
  private OtherCLibrary() {}

  /** Writes such a jar; a file that is no library takes the old place. */
  public static void write(Path jar, Path to) throws IOException {
    Files.copy(jar, to);
    URI uri = URI.create("jar:" + to.toUri());
    try (FileSystem files = FileSystems.newFileSystem(uri, Collections.emptyMap())) {
      for (Path library : libraries(files.getPath("native"))) {
        String folder = library.getParent().getFileName().toString();
        String other =
            folder.startsWith("linux-musl-")
                ? folder.replace("linux-musl-", "linux-")
                : folder.replace("linux-", "linux-musl-");
        Path place = files.getPath("native", other, library.getFileName().toString());
        Files.createDirectories(place.getParent());
        Files.copy(library, place);
        Files.write(library, new byte[] {1, 2, 3});
      }
    }
  }

  private static List<Path> libraries(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("libtollgate-"))
          .collect(Collectors.toList());
    }
  }
}
