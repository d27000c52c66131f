package io.tollgate.cli;

import io.tollgate.cli.findings.Evidence;
import io.tollgate.cli.findings.FindingText;
import io.tollgate.cli.jtl.Jtl;
import io.tollgate.cli.jtl.ReadErrors;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/** The command that reads the results of a run and says what tokens did to it. */
final class Explain {
  /** So many runs of one file are printed; the last ones are the newest. */
  private static final int RUNS = 20;

  private final PrintStream out;
  private final PrintStream err;
  private final List<String> results = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<ExplainedRun> runs = new ArrayList<>();
  private int earlierRuns;
  private boolean earlierFound;
  private String html;
  private String svg;
  private Pattern label;

  Explain(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  int run(List<String> arguments) throws WrongUsage {
    parse(arguments);
    List<ResultSource> sources = ResultSource.open(results, label != null, notes);
    try {
      read(sources);
      if (runs.isEmpty()) {
        throw new WrongUsage(String.join(", ", results) + " has no samples" + firstError(sources));
      }
      boolean partly = noteErrors(sources);
      print();
      boolean found = earlierFound;
      for (ExplainedRun run : runs) {
        found |= !run.diagnosis.findings().isEmpty();
      }
      return partly ? Exit.PARTLY : found ? Exit.FOUND : Exit.FINE;
    } finally {
      ResultSource.close(sources);
    }
  }

  private void read(List<ResultSource> sources) {
    List<String> injectors = ResultSource.injectors(sources);
    List<Jtl> plan =
        sources.stream()
            .map(each -> each.file)
            .filter(file -> !file.isJournal())
            .collect(Collectors.toList());
    Evidence.Facts facts =
        new Evidence.Facts(
            plan.stream().allMatch(Jtl::hasTimes),
            plan.stream().allMatch(Jtl::hasThreads),
            plan.stream().mapToLong(Jtl::resolution).max().orElse(1));
    new RunSplitter(
            sources,
            facts.timed,
            () -> new Evidence(label, injectors, facts),
            evidence -> keep(evidence, plan.stream().anyMatch(Jtl::hasHeaders)),
            new Progress(err, sources, System::nanoTime))
        .read();
  }

  private void keep(Evidence evidence, boolean headers) {
    runs.add(new ExplainedRun(evidence, headers));
    if (runs.size() > RUNS) {
      earlierRuns++;
      earlierFound |= !runs.remove(0).diagnosis.findings().isEmpty();
    }
  }

  private static String firstError(List<ResultSource> sources) {
    return sources.stream()
        .map(each -> each.file.errors())
        .filter(errors -> errors.count() > 0)
        .map(errors -> ": " + place(errors))
        .findFirst()
        .orElse("");
  }

  /** Says what of the files could not be read; whether there is such a thing. */
  private boolean noteErrors(List<ResultSource> sources) {
    boolean partly = false;
    for (ResultSource source : sources) {
      ReadErrors errors = source.file.errors();
      if (errors.count() > 0) {
        partly = true;
        notes.add(
            FindingText.counted("files.not_read", errors.count(), source.name, place(errors)));
      }
      if (!source.file.isComplete()) {
        notes.add(FindingText.of("note", FindingText.of("files.cut_off", source.name)));
      }
      if (source.file.isJournal()) {
        String kinds = journal(source.file.journalKinds());
        notes.add(FindingText.of("files.journal", source.name, kinds));
      }
    }
    if (earlierRuns > 0) {
      notes.add(FindingText.of("note", FindingText.of("files.earlier", earlierRuns)));
    }
    return partly;
  }

  private static String place(ReadErrors errors) {
    return errors.line() > 0
        ? FindingText.of("files.line", errors.line(), errors.reason())
        : errors.reason();
  }

  private static String journal(Map<String, Long> kinds) {
    return kinds.entrySet().stream()
        .filter(each -> !each.getKey().startsWith("run_") && !each.getKey().equals("sent"))
        .map(each -> FindingText.of("files.kind", each.getValue(), kind(each.getKey())))
        .collect(Collectors.joining(", "));
  }

  private static String kind(String name) {
    return FindingText.named("kind." + name, name.replace('_', ' '));
  }

  private void print() throws WrongUsage {
    String name =
        results.size() == 1
            ? Settings.nameOf(results.get(0))
            : FindingText.of("files.count", results.size());
    int all = runs.size() + earlierRuns;
    Page page = new Page(name);
    if (all > 1) {
      out.println(FindingText.of("run.count", name, all));
    }
    for (int i = 0; i < runs.size(); i++) {
      ExplainedRun run = runs.get(i);
      String title =
          all == 1 ? name : FindingText.of("run.title", earlierRuns + i + 1, all, run.begin);
      if (all > 1) {
        out.println();
      }
      run.print(out, title);
      page.add(title, run);
    }
    notes.forEach(out::println);
    if (svg != null) {
      // One chart: of the newest run.
      write(svg, runs.get(runs.size() - 1).chart);
    }
    if (html != null) {
      write(html, page.with(notes));
    }
  }

  private static void write(String name, String text) throws WrongUsage {
    Path file = Settings.file(name);
    try {
      Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new WrongUsage(name + " can't be written: " + Settings.reason(e));
    }
  }

  private void parse(List<String> arguments) throws WrongUsage {
    Options options = new Options(arguments);
    while (options.hasNext()) {
      String option = options.next();
      if (option.equals("--html")) {
        html = options.value(option);
      } else if (option.equals("--svg")) {
        svg = options.value(option);
      } else if (option.equals("--token-label")) {
        label = pattern(options.value(option));
      } else if (option.startsWith("-")) {
        throw new WrongUsage("explain does not know '" + option + "'");
      } else {
        results.add(option);
      }
    }
    if (results.isEmpty()) {
      throw new WrongUsage("explain wants result files (JTL), or a directory of them");
    }
  }

  private static Pattern pattern(String regex) throws WrongUsage {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new WrongUsage("--token-label: " + e.getDescription() + " in '" + regex + "'");
    }
  }
}
