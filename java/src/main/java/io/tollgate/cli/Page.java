package io.tollgate.cli;

import io.tollgate.cli.findings.Finding;
import io.tollgate.cli.findings.FindingText;
import io.tollgate.text.Html;
import java.util.List;

/** The findings as one HTML page: no script, nothing from elsewhere, light and dark. */
final class Page {
  private final StringBuilder out = new StringBuilder();

  Page(String title) {
    out.append("<!DOCTYPE html>\n<html lang=\"")
        .append(FindingText.of("page.language"))
        .append("\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width\">\n<title>")
        .append(Html.text(title))
        .append("</title>\n<style>\n")
        .append(":root{color-scheme:light dark;--page:#fff;--ink:#1b1f24}\n")
        .append("@media(prefers-color-scheme:dark){:root{--page:#0d1117;--ink:#e6edf3}}\n")
        .append("body{background:var(--page);color:var(--ink);font:16px/1.5 sans-serif;")
        .append("max-width:960px;margin:2em auto;padding:0 1em}h1{font-size:1.3em}")
        .append("h2{font-size:1.1em;margin-bottom:0}p{margin:.3em 0}\n</style>\n</head>\n<body>\n");
  }

  /** Adds one run. */
  void add(String title, ExplainedRun run) {
    out.append("<h1>").append(Html.text(title + ": " + run.head.get(0))).append("</h1>\n");
    run.head.subList(1, run.head.size()).forEach(this::paragraph);
    out.append(run.chart);
    int number = 0;
    for (Finding finding : run.diagnosis.findings()) {
      out.append("<h2>")
          .append(++number)
          .append(". ")
          .append(Html.text(finding.title()))
          .append("</h2>\n");
      finding.seen().forEach(this::paragraph);
      paragraph(FindingText.of("page.helps", finding.helps()));
    }
    if (run.diagnosis.findings().isEmpty()) {
      String nothing = Html.text(FindingText.of("page.nothing"));
      out.append("<h2>").append(nothing).append("</h2>\n");
    } else if (run.diagnosis.story() != null) {
      paragraph(FindingText.of("page.story", run.diagnosis.story()));
    }
    run.diagnosis.unknown().forEach(sentence -> paragraph(FindingText.of("note", sentence)));
  }

  /** The page with what there is to say of the files. */
  String with(List<String> notes) {
    notes.forEach(this::paragraph);
    return out.append("</body>\n</html>\n").toString();
  }

  private void paragraph(String text) {
    out.append("<p>").append(Html.text(text)).append("</p>\n");
  }
}
