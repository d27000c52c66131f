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
 * A plan whose thread groups run in turn. Each is a block of the same requests with one variant of
 * authorization. In one JVM, because two JVMs differ by more than the measured cost.
 */
final class PlanFile {
  private final String name;
  private final int threads;
  private final int loops;
  private final Map<String, PlanVariant> blocks = new LinkedHashMap<>();
  private final Set<String> counted = new LinkedHashSet<>();

  PlanFile(String name, int threads, int loops) {
    this.name = name;
    this.threads = threads;
    this.loops = loops;
  }

  String name() {
    return name;
  }

  /** Adds rounds of one block of each variant: warm-up rounds, and rounds that count. */
  void fill(List<PlanVariant> variants, int warmUps, int rounds, Random chance) {
    List<PlanVariant> order = new ArrayList<>(variants);
    for (int round = 0; round < warmUps + rounds; round++) {
      Collections.shuffle(order, chance);
      for (PlanVariant variant : order) {
        String label = variant.key() + "." + round;
        blocks.put(label, variant);
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

  /** The number of blocks. */
  int size() {
    return blocks.size();
  }

  /** Writes the plan. */
  Path write(Path file) throws IOException {
    List<String> groups = new ArrayList<>();
    blocks.forEach(
        (label, variant) ->
            groups.add(
                PlanVariant.text("block.xml")
                    .replace("@LABEL@", label)
                    .replace("@THREADS@", Integer.toString(threads))
                    .replace("@LOOPS@", Integer.toString(loops))
                    .replace("@BEFORE@", variant.before())
                    .replace("@WITHIN@", variant.within())));
    Files.createDirectories(file.getParent());
    return Files.writeString(
        file, PlanVariant.text("plan.xml").replace("@BLOCKS@", String.join("", groups)));
  }
}
