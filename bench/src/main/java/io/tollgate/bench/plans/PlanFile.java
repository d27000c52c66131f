package io.tollgate.bench.plans;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A plan whose thread groups run one after the other, each a block of the same requests, authorized
 * in one of the ways. In one JVM, because two of them differ by more than what is looked for.
 */
final class PlanFile {
  private final String name;
  private final int threads;
  private final int loops;
  private final Map<String, Way> blocks = new LinkedHashMap<>();
  private final Set<String> counted = new LinkedHashSet<>();

  PlanFile(String name, int threads, int loops) {
    this.name = name;
    this.threads = threads;
    this.loops = loops;
  }

  String name() {
    return name;
  }

  /** Adds rounds of one block of each way: those that warm up, and those that count. */
  void fill(List<Way> ways, int warmUps, int rounds, Random chance) {
    List<Way> order = new ArrayList<>(ways);
    for (int round = 0; round < warmUps + rounds; round++) {
      Collections.shuffle(order, chance);
      for (Way way : order) {
        String label = way.key() + "." + round;
        blocks.put(label, way);
        if (round >= warmUps) {
          counted.add(label);
        }
      }
    }
  }

  /** The labels of the blocks that count. */
  Set<String> counted() {
    return counted;
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
