package io.tollgate.jmeter.report;

import io.tollgate.run.JournalEntry;
import io.tollgate.text.Html;
import io.tollgate.text.Spoken;
import io.tollgate.text.TimeAxis;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A run as a drawing: each credential a lane, each token a bar from when it came until it served no
 * more. SVG whose colours are the page's, so that it is light and dark with it.
 */
final class Timeline {
  private static final int WIDTH = 960;
  private static final int LEFT = 8;
  private static final int LANE = 74;
  private static final int LABEL_HALF = 30;
  private static final int BAR_TOP = 24;
  private static final int BAR_HEIGHT = 22;

  /** Beyond this a page is no drawing any more; those with most to tell are drawn. */
  static final int MOST_LANES = 24;

  private final StringBuilder svg = new StringBuilder();
  private final Spoken spoken;
  private final RunHistory story;
  private final TimeAxis axis;

  private Timeline(RunHistory story, Spoken spoken) {
    this.story = story;
    this.spoken = spoken;
    this.axis = new TimeAxis(story.start(), story.end(), LEFT, WIDTH - 2 * LEFT);
  }

  static String svg(RunHistory story, Spoken spoken) {
    return new Timeline(story, spoken).draw();
  }

  /** The credentials that are drawn: those of which most is to be told, in their order. */
  static List<CredentialHistory> drawn(RunHistory story) {
    List<CredentialHistory> all = new ArrayList<>(story.credentials());
    List<CredentialHistory> most = new ArrayList<>(all);
    most.sort(Comparator.comparingInt((CredentialHistory it) -> -it.entries.size()));
    most = most.subList(0, Math.min(MOST_LANES, most.size()));
    all.retainAll(most);
    return all;
  }

  private String draw() {
    List<CredentialHistory> lanes = drawn(story);
    int height = lanes.size() * LANE + 28;
    svg.append("<svg viewBox=\"0 0 ").append(WIDTH).append(' ').append(height);
    svg.append("\" role=\"img\" aria-label=\"Tokens over time\">\n");
    for (long at : axis.ticks(9)) {
      line("grid", axis.x(at), 0, axis.x(at), height - 20);
      // Labels are centred; those at the ends are kept whole.
      double centre = Math.max(LABEL_HALF, Math.min(WIDTH - LABEL_HALF, axis.x(at)));
      svg.append("<text class=\"tick\" x=\"").append(number(centre)).append("\" y=\"");
      svg.append(height - 6).append("\">").append(spoken.clock(at)).append("</text>\n");
    }
    int top = 0;
    for (CredentialHistory credential : lanes) {
      lane(credential, top);
      top += LANE;
    }
    return svg.append("</svg>\n").toString();
  }

  private void lane(CredentialHistory credential, int top) {
    svg.append("<text class=\"lane\" x=\"").append(LEFT).append("\" y=\"").append(top + 16);
    svg.append("\">").append(Html.text(credential.title)).append("</text>\n");
    for (JournalEntry entry : credential.entries) {
      if ("token_gate".equals(entry.kind()) || "api_gate".equals(entry.kind())) {
        gate(entry, top);
      }
    }
    for (TokenLife token : credential.tokens) {
      bar(token, top + BAR_TOP);
    }
    for (TokenLife token : credential.tokens) {
      if (token.end == TokenLife.End.REVOKED && token.to > story.start()) {
        cross(axis.x(token.to), top + BAR_TOP); // after the bars: the next one begins there
      }
    }
    for (JournalEntry entry : credential.entries) {
      mark(entry, top);
    }
  }

  private void gate(JournalEntry entry, int top) {
    boolean api = "api_gate".equals(entry.kind());
    String told =
        (api ? "API gate " : "token gate ")
            + spoken.clock(entry.at())
            + " to "
            + spoken.clock(entry.number("until"));
    rect(api ? "api" : "gate", entry.at(), entry.number("until"), top + 20, LANE - 26, told);
  }

  private void bar(TokenLife token, int top) {
    if (token.to <= story.start()) {
      return;
    }
    String told =
        "token "
            + token.generation
            + " ("
            + token.reason
            + "), "
            + spoken.clock(token.from)
            + " to "
            + spoken.clock(Math.min(token.to, story.end()))
            + ", "
            + token.end.name().toLowerCase(Locale.ROOT);
    String tone = token.generation % 2 == 0 ? "bar even" : "bar odd";
    rect(tone, token.from, token.to, top, BAR_HEIGHT, told);
    double room = axis.x(token.to) - axis.x(token.from);
    if (room > 26) {
      svg.append("<text class=\"number\" x=\"").append(number(axis.x(token.from) + 5));
      svg.append("\" y=\"").append(top + 15).append("\">").append(token.generation);
      svg.append("</text>\n");
    }
    if (token.from >= story.start()) {
      line("mint", axis.x(token.from), top - 3, axis.x(token.from), top + BAR_HEIGHT + 3);
    }
  }

  private void cross(double x, int top) {
    line("cross", x - 5, top + 6, x + 5, top + 16);
    line("cross", x - 5, top + 16, x + 5, top + 6);
  }

  private void mark(JournalEntry entry, int top) {
    double x = axis.x(entry.at());
    switch (entry.kind()) {
      case "rejected":
      case "rejection_ignored":
      case "unattributed":
        dot("e401", x, top + 55, entry.number("count") + " answers 401");
        break;
      case "refused":
        dot("refusal", x, top + 55, "token request: " + entry.text("words"));
        break;
      case "waited":
        long until = entry.at();
        rect(
            "wait",
            Math.max(story.start(), until - entry.number("longest")),
            until,
            top + 62,
            5,
            entry.number("count") + " waited, at most " + Spoken.duration(entry.number("longest")));
        break;
      default:
        break;
    }
  }

  private void rect(String kind, long from, long to, int top, int height, String told) {
    double left = axis.x(from);
    double width = Math.max(1.5, axis.x(to) - left);
    svg.append("<rect class=\"").append(kind).append("\" x=\"").append(number(left));
    svg.append("\" y=\"").append(top).append("\" width=\"").append(number(width));
    svg.append("\" height=\"").append(height).append("\"><title>").append(Html.text(told));
    svg.append("</title></rect>\n");
  }

  private void dot(String kind, double x, int y, String told) {
    svg.append("<circle class=\"").append(kind).append("\" cx=\"").append(number(x));
    svg.append("\" cy=\"").append(y).append("\" r=\"4\"><title>").append(Html.text(told));
    svg.append("</title></circle>\n");
  }

  private void line(String kind, double x1, int y1, double x2, int y2) {
    svg.append("<line class=\"").append(kind).append("\" x1=\"").append(number(x1));
    svg.append("\" y1=\"").append(y1).append("\" x2=\"").append(number(x2)).append("\" y2=\"");
    svg.append(y2).append("\"/>\n");
  }

  private static String number(double number) {
    return String.format(Locale.ROOT, "%.1f", number);
  }
}
