package io.tollgate.cli;

import io.tollgate.cli.findings.Diagnosis;
import io.tollgate.cli.findings.Evidence;
import io.tollgate.cli.findings.Finding;
import io.tollgate.cli.findings.FindingText;
import io.tollgate.cli.findings.Injector;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What there is to say of one run. The samples it is about are forgotten. */
final class ExplainedRun {
  private static final DateTimeFormatter BEGIN =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  /** Labels of token requests that are listed. */
  private static final int LABELS = 10;

  final Diagnosis diagnosis;
  final String chart;
  final String begin;
  final List<String> head = new ArrayList<>();

  ExplainedRun(Evidence evidence, boolean headers) {
    diagnosis = Diagnosis.of(evidence, headers);
    chart = new SampleChart(evidence, diagnosis).svg();
    begin =
        evidence.facts().timed
            ? BEGIN.format(Instant.ofEpochMilli(evidence.first()).atZone(ZoneId.systemDefault()))
            : "";
    head.add(summary(evidence));
    head.add(FindingText.of("run.tokens", tokens(evidence)));
    if (evidence.injectors().size() > 1) {
      evidence.injectors().stream()
          .filter(Injector::hasSamples)
          .forEach(each -> head.add("  " + each.name() + ": " + each.did()));
    }
  }

  private static String summary(Evidence evidence) {
    String length = FindingText.duration(evidence.length());
    return FindingText.counted("run.samples", evidence.samples())
        + (evidence.facts().threaded ? FindingText.counted("run.threads", evidence.threads()) : "")
        + (evidence.facts().timed ? FindingText.of("run.length", length) : "")
        + FindingText.of("run.failed", evidence.failed());
  }

  private static String tokens(Evidence evidence) {
    Map<String, Long> labels = evidence.tokenLabels();
    if (labels.isEmpty()) {
      return FindingText.of("run.none");
    }
    String listed =
        labels.entrySet().stream()
            .sorted((a, b) -> Long.compare(b.getValue(), a.getValue()))
            .limit(LABELS)
            .map(each -> FindingText.of("run.label", each.getValue(), each.getKey()))
            .collect(Collectors.joining(", "));
    return labels.size() > LABELS
        ? FindingText.of("run.labels", listed, labels.size() - LABELS)
        : listed;
  }

  /** Prints all of it behind the name of the file, or the number of the run. */
  void print(PrintStream out, String title) {
    out.println(title + ": " + head.get(0));
    head.subList(1, head.size()).forEach(out::println);
    int number = 0;
    for (Finding finding : diagnosis.findings()) {
      out.println();
      out.println(++number + ". " + finding.title());
      finding.seen().forEach(sentence -> out.println("   " + sentence));
      out.println("   " + FindingText.of("page.helps", finding.helps()));
    }
    out.println();
    if (diagnosis.findings().isEmpty()) {
      out.println(FindingText.of("page.nothing") + ".");
    } else if (diagnosis.story() != null) {
      out.println(FindingText.of("page.story", diagnosis.story()));
    }
    diagnosis.unknown().forEach(sentence -> out.println(FindingText.of("note", sentence)));
  }
}
