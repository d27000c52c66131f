package io.tollgate.bench.report;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Locale;

/** The machine and the libraries of the measurement. */
final class MachineSection implements Section {
  /** The highest load a core of a quiet machine. */
  private static final double QUIET = 0.5;

  @Override
  public String title() {
    return "Machine";
  }

  @Override
  public void write(Writer to, Path rawDir) throws IOException {
    Machine machine = Machine.read(rawDir);
    if (machine == null) {
      to.write(NOT_RUN);
      return;
    }
    to.write(
        String.format(
            Locale.ROOT,
            "%d cores of %s; JDK %s; %s; measured on %s. ",
            machine.cores(),
            machine.cpu(),
            machine.jdk(),
            machine.kernel(),
            machine.day()));
    to.write(load(machine));
    String peers = System.getProperty("tollgate.bench.peers", "");
    if (!peers.isEmpty()) {
      to.write("\nPeers: `" + peers.replace(",", "`, `") + "`. JMeter " + jmeter() + ".\n");
    }
  }

  private static String load(Machine machine) {
    if (machine.load() < 0) {
      return "The load before the first measurement is not known.\n";
    }
    boolean busy = machine.load() > QUIET * machine.cores();
    String text =
        busy
            ? "**The machine was busy** (load %.1f before the first measurement): the ranking"
                + " holds, the numbers do not.\n"
            : "Load before the first measurement: %.1f.\n";
    return String.format(Locale.ROOT, text, machine.load());
  }

  private static String jmeter() {
    return System.getProperty("tollgate.bench.jmeter", "");
  }
}
