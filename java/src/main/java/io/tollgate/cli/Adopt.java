package io.tollgate.cli;

import io.tollgate.adopt.Adoption;
import io.tollgate.adopt.xml.NotAPlan;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The command that rewrites a plan which gets its tokens itself. */
final class Adopt {
  private final PrintStream out;
  private String plan;
  private String target;
  private boolean force;

  Adopt(PrintStream out) {
    this.out = out;
  }

  int run(List<String> arguments) throws WrongUsage {
    read(arguments);
    refuseInputAsTarget();
    Adoption adoption = adopted();
    out.println(Settings.nameOf(plan) + ":");
    adoption.report().lines().forEach(out::println);
    out.println();
    if (!adoption.isChanged()) {
      out.println("No plan was written.");
      return Exit.FOUND;
    }
    if (target == null) {
      out.println("No plan was written: -o FILE names the new one.");
    } else {
      write(adoption.plan());
      out.println("Written: " + target);
    }
    return adoption.report().leavesSomething() ? Exit.FOUND : Exit.FINE;
  }

  private Adoption adopted() throws WrongUsage {
    try {
      return Adoption.of(Files.readAllBytes(Settings.file(plan)));
    } catch (NotAPlan e) {
      throw new WrongUsage(plan + " is not a plan of JMeter: " + e.getMessage());
    } catch (IOException e) {
      throw new WrongUsage(plan + " can't be read: " + Settings.reason(e));
    }
  }

  private void refuseInputAsTarget() throws WrongUsage {
    if (target == null) {
      return;
    }
    Path file = Settings.file(target);
    try {
      if (Files.exists(file) && Files.isSameFile(Settings.file(plan), file)) {
        throw new WrongUsage(target + " is the plan itself, which is never written to");
      }
    } catch (IOException e) {
      throw new WrongUsage(plan + " can't be read: " + Settings.reason(e));
    }
    if (Files.exists(file) && !force) {
      throw new WrongUsage(target + " exists; --force replaces it");
    }
  }

  /** Whole or not at all: a plan that is cut off would run and do less. */
  private void write(byte[] bytes) throws WrongUsage {
    Path file = Settings.file(target).toAbsolutePath();
    Path written = null;
    try {
      written = Files.createTempFile(file.getParent(), "tollgate-", ".jmx");
      Files.write(written, bytes);
      if (force) {
        Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
      } else {
        Files.move(written, file);
      }
    } catch (FileAlreadyExistsException e) {
      discard(written);
      throw new WrongUsage(target + " exists; --force replaces it");
    } catch (IOException e) {
      discard(written);
      throw new WrongUsage(target + " can't be written: " + Settings.reason(e));
    }
  }

  private static void discard(Path file) throws WrongUsage {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new WrongUsage(file + " can't be deleted: " + Settings.reason(e));
    }
  }

  private void read(List<String> arguments) throws WrongUsage {
    Options options = new Options(arguments);
    while (options.hasNext()) {
      String option = options.next();
      if (option.equals("-o")) {
        target = options.value(option);
      } else if (option.equals("--force")) {
        force = true;
      } else if (option.startsWith("-") || plan != null) {
        throw new WrongUsage("adopt does not know '" + option + "'");
      } else {
        plan = option;
      }
    }
    if (plan == null) {
      throw new WrongUsage("adopt wants a plan (JMX)");
    }
  }
}
