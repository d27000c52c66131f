package io.tollgate.cli;

import io.tollgate.cli.findings.FindingText;
import io.tollgate.cli.jtl.Jtl;
import io.tollgate.cli.jtl.NotAJtl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One file to explain: its name for people, and the open file. */
final class ResultSource {
  /** What result files are called, and journals. */
  private static final Pattern RESULTS =
      Pattern.compile("(?i).*\\.(jtl|csv|xml|json|jsonl|journal)(\\.(gz|zst|zstd))?");

  /** A directory of one run has a file or two for each machine. */
  private static final int MOST = 200;

  final String name;
  final Jtl file;
  private final Path directory;

  /** The number of its machine among those of the run. */
  private int injector;

  private ResultSource(String name, Path path, Jtl file) {
    this.name = name;
    this.directory = path.toAbsolutePath().normalize().getParent();
    this.file = file;
  }

  /**
   * Tells the machines of the run apart: each has results, and perhaps a journal beside them.
   *
   * @return a name for each, by its number
   */
  static List<String> injectors(List<ResultSource> sources) {
    List<String> names = new ArrayList<>();
    for (ResultSource source : sources) {
      if (source.resultsBeside(sources) == source) {
        source.injector = names.size();
        names.add(source.name);
      }
    }
    for (ResultSource source : sources) {
      source.injector = source.resultsBeside(sources).injector;
    }
    return names;
  }

  /**
   * The only results in the directory of a journal, which are of the machine that wrote it; else
   * the file itself.
   */
  private ResultSource resultsBeside(List<ResultSource> sources) {
    if (!file.isJournal()) {
      return this;
    }
    List<ResultSource> results =
        sources.stream()
            .filter(each -> !each.file.isJournal() && each.directory.equals(directory))
            .collect(Collectors.toList());
    return results.size() == 1 ? results.get(0) : this;
  }

  /** The number of its machine, as {@link #injectors} gave it. */
  int injector() {
    return injector;
  }

  /** Opens what the command line names: files, and directories with a file for each injector. */
  static List<ResultSource> open(List<String> arguments, boolean allUrls, List<String> notes)
      throws WrongUsage {
    List<ResultSource> sources = new ArrayList<>();
    for (String argument : arguments) {
      Path path = Settings.file(argument);
      if (Files.isDirectory(path)) {
        openAll(path, allUrls, sources, notes);
      } else {
        sources.add(open(argument, path, allUrls));
      }
    }
    return sources;
  }

  private static ResultSource open(String argument, Path path, boolean allUrls) throws WrongUsage {
    try {
      return new ResultSource(Settings.nameOf(argument), path, Jtl.open(path, allUrls));
    } catch (NotAJtl e) {
      throw new WrongUsage(argument + " is not a result file of JMeter: " + e.getMessage());
    } catch (IOException e) {
      throw new WrongUsage(argument + " can't be read: " + Settings.reason(e));
    }
  }

  /** Files of the directory and of the directories in it, named by their path below it. */
  private static void openAll(
      Path directory, boolean allUrls, List<ResultSource> sources, List<String> notes)
      throws WrongUsage {
    List<Path> files;
    try (Stream<Path> found = Files.walk(directory, 2)) {
      files =
          found
              .filter(path -> RESULTS.matcher(path.getFileName().toString()).matches())
              .filter(Files::isRegularFile)
              .limit(MOST)
              .collect(Collectors.toList());
    } catch (IOException | UncheckedIOException e) {
      throw new WrongUsage(directory + " can't be read: " + Settings.reason(e));
    }
    Collections.sort(files);
    int before = sources.size();
    for (Path path : files) {
      String name = directory.relativize(path).toString();
      try {
        Jtl file = Jtl.open(path, allUrls);
        if (file.peek() == null && !file.isJournal()) {
          notes.add(FindingText.of("files.no_samples", name));
          file.close();
        } else {
          sources.add(new ResultSource(name, path, file));
        }
      } catch (NotAJtl e) {
        notes.add(FindingText.of("files.left_out", name, e.getMessage()));
      } catch (IOException e) {
        throw new WrongUsage(path + " can't be read: " + Settings.reason(e));
      }
    }
    if (sources.size() == before) {
      throw new WrongUsage(directory + " has no result files (*.jtl, *.csv, *.xml)");
    }
    if (files.size() == MOST) {
      notes.add(FindingText.of("files.most", MOST, directory));
    }
  }

  /** Closes all of them. */
  static void close(List<ResultSource> sources) throws WrongUsage {
    for (ResultSource source : sources) {
      try {
        source.file.close();
      } catch (IOException e) {
        throw new WrongUsage(source.name + " can't be closed: " + Settings.reason(e));
      }
    }
  }
}
