package io.tollgate.cli;

import io.tollgate.cli.findings.Diagnosis;
import io.tollgate.cli.findings.Evidence;
import io.tollgate.cli.findings.Finding;
import io.tollgate.cli.jtl.Jtl;
import io.tollgate.cli.jtl.NotAJtl;
import io.tollgate.text.Durations;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/** The command that reads a result file and says what tokens did to the run. */
final class Explain {
  private final PrintStream out;
  private String results;
  private String html;
  private String svg;
  private Pattern label;

  Explain(PrintStream out) {
    this.out = out;
  }

  int run(List<String> arguments) throws WrongUsage {
    read(arguments);
    Evidence evidence = new Evidence(label);
    Jtl file;
    try {
      file = Jtl.read(Settings.file(results), evidence);
    } catch (NotAJtl e) {
      throw new WrongUsage(results + " is not a result file of JMeter: " + e.getMessage());
    } catch (IOException e) {
      throw new WrongUsage(results + " can't be read: " + Settings.reason(e));
    }
    if (evidence.samples() == 0) {
      throw new WrongUsage(results + " has no samples");
    }
    Diagnosis diagnosis = Diagnosis.of(evidence, file);
    print(evidence, diagnosis);
    String chart = new SampleChart(evidence, diagnosis).svg();
    if (svg != null) {
      write(svg, chart);
    }
    if (html != null) {
      write(html, Page.of(summary(evidence), tokens(evidence), diagnosis, chart));
    }
    return diagnosis.findings().isEmpty() ? Exit.FINE : Exit.FOUND;
  }

  private void print(Evidence evidence, Diagnosis diagnosis) throws WrongUsage {
    out.println(summary(evidence));
    out.println(tokens(evidence));
    int number = 0;
    for (Finding finding : diagnosis.findings()) {
      out.println();
      out.println(++number + ". " + finding.title());
      finding.seen().forEach(sentence -> out.println("   " + sentence));
      out.println("   What helps: " + finding.helps());
    }
    out.println();
    if (diagnosis.findings().isEmpty()) {
      out.println("Nothing found.");
    } else if (diagnosis.story() != null) {
      out.println("Most like it: examples/failures/" + diagnosis.story());
    }
    diagnosis.unknown().forEach(sentence -> out.println("Note: " + sentence));
  }

  private String summary(Evidence evidence) throws WrongUsage {
    return String.format(
        Locale.ROOT,
        "%s: %,d samples of %,d threads in %s, %,d failed",
        Settings.nameOf(results),
        evidence.samples(),
        evidence.threads(),
        Durations.of(evidence.length()),
        evidence.failed());
  }

  private static String tokens(Evidence evidence) {
    return "Token requests in it: "
        + (evidence.tokenLabels().isEmpty()
            ? "none"
            : evidence.tokenLabels().entrySet().stream()
                .map(each -> String.format(Locale.ROOT, "%,d '%s'", each.getValue(), each.getKey()))
                .collect(Collectors.joining(", ")));
  }

  private static void write(String name, String text) throws WrongUsage {
    Path file = Settings.file(name);
    try {
      Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new WrongUsage(name + " can't be written: " + Settings.reason(e));
    }
  }

  private void read(List<String> arguments) throws WrongUsage {
    Options options = new Options(arguments);
    while (options.hasNext()) {
      String option = options.next();
      if (option.equals("--html")) {
        html = options.value(option);
      } else if (option.equals("--svg")) {
        svg = options.value(option);
      } else if (option.equals("--token-label")) {
        label = pattern(options.value(option));
      } else if (option.startsWith("-") || results != null) {
        throw new WrongUsage("explain does not know '" + option + "'");
      } else {
        results = option;
      }
    }
    if (results == null) {
      throw new WrongUsage("explain wants a result file (JTL)");
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
