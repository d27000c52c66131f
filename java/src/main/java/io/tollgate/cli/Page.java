package io.tollgate.cli;

import io.tollgate.cli.findings.Diagnosis;
import io.tollgate.cli.findings.Finding;
import io.tollgate.text.Html;

/** The findings as one HTML page: no script, nothing from elsewhere, light and dark. */
final class Page {
  private Page() {}

  static String of(String summary, String tokens, Diagnosis diagnosis, String chart) {
    StringBuilder out = new StringBuilder();
    out.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width\">\n<title>")
        .append(Html.text(summary))
        .append("</title>\n<style>\n")
        .append(":root{color-scheme:light dark;--page:#fff;--ink:#1b1f24}\n")
        .append("@media(prefers-color-scheme:dark){:root{--page:#0d1117;--ink:#e6edf3}}\n")
        .append("body{background:var(--page);color:var(--ink);font:16px/1.5 sans-serif;")
        .append("max-width:960px;margin:2em auto;padding:0 1em}h1{font-size:1.3em}")
        .append("h2{font-size:1.1em;margin-bottom:0}p{margin:.3em 0}\n</style>\n</head>\n<body>\n");
    out.append("<h1>").append(Html.text(summary)).append("</h1>\n");
    paragraph(out, tokens);
    out.append(chart);
    int number = 0;
    for (Finding finding : diagnosis.findings()) {
      out.append("<h2>")
          .append(++number)
          .append(". ")
          .append(Html.text(finding.title()))
          .append("</h2>\n");
      finding.seen().forEach(sentence -> paragraph(out, sentence));
      paragraph(out, "What helps: " + finding.helps());
    }
    if (diagnosis.findings().isEmpty()) {
      out.append("<h2>Nothing found</h2>\n");
    } else if (diagnosis.story() != null) {
      paragraph(out, "Most like it: examples/failures/" + diagnosis.story());
    }
    diagnosis.unknown().forEach(sentence -> paragraph(out, "Note: " + sentence));
    return out.append("</body>\n</html>\n").toString();
  }

  private static void paragraph(StringBuilder out, String text) {
    out.append("<p>").append(Html.text(text)).append("</p>\n");
  }
}
