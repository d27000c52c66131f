package io.tollgate.bench.plans;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A plan whose thread groups run one after the other, each a block of the same requests, authorized
 * in one of the ways. In one JVM, because two of them differ by more than what is looked for.
 */
final class PlanFile {
  private final int threads;
  private final int loops;
  private final Map<String, Way> blocks = new LinkedHashMap<>();

  PlanFile(int threads, int loops) {
    this.threads = threads;
    this.loops = loops;
  }

  /** Adds a block; labels are unique. */
  void add(String label, Way way) {
    if (blocks.put(label, way) != null) {
      throw new IllegalArgumentException("two blocks are called " + label);
    }
  }

  /** How many blocks there are. */
  int size() {
    return blocks.size();
  }

  /** Writes it where JMeter is to find it. */
  Path write(Path file) throws IOException {
    List<String> groups = new ArrayList<>();
    blocks.forEach(
        (label, way) ->
            groups.add(
                Way.text("block.xml")
                    .replace("@LABEL@", label)
                    .replace("@THREADS@", Integer.toString(threads))
                    .replace("@LOOPS@", Integer.toString(loops))
                    .replace("@BEFORE@", way.before())
                    .replace("@WITHIN@", way.within())));
    Files.createDirectories(file.getParent());
    return Files.writeString(
        file, Way.text("plan.xml").replace("@BLOCKS@", String.join("", groups)));
  }
}
