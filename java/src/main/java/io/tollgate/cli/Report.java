package io.tollgate.cli;

import io.tollgate.text.JsonWriter;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a check found, line by line: for people with a mark each, for machines as JSON. */
final class Report {
  /** How good a line is. */
  enum Mark {
    /** As it should be. */
    OK,
    /** Good to know, no reason to fail. */
    NOTE,
    /** To be put right. */
    PROBLEM
  }

  private static final class Line {
    private final Mark mark;
    private final String about;
    private final String text;

    Line(Mark mark, String about, String text) {
      this.mark = mark;
      this.about = about;
      this.text = text;
    }
  }

  private final String profile;
  private final String plan;
  private final List<Line> lines = new ArrayList<>();
  private final Map<String, Object> facts = new LinkedHashMap<>();

  /** Of a profile, or of a plan, or of a profile in a plan; what it is not about is null. */
  Report(String profile, String plan) {
    this.profile = profile;
    this.plan = plan;
  }

  void add(Mark mark, String about, String format, Object... arguments) {
    String text = arguments.length == 0 ? format : String.format(Locale.ROOT, format, arguments);
    lines.add(new Line(mark, about, text));
  }

  /** A number, a string or a boolean for programs, without a sentence around it. */
  void fact(String name, Object value) {
    facts.put(name, value);
  }

  boolean hasProblems() {
    return lines.stream().anyMatch(line -> line.mark == Mark.PROBLEM);
  }

  /** What a program that printed it ends with. */
  int exit() {
    return hasProblems() ? Exit.FOUND : Exit.FINE;
  }

  /** For programs or for people. */
  void print(PrintStream out, boolean json) {
    if (json) {
      printJson(out);
    } else {
      print(out);
    }
  }

  void print(PrintStream out) {
    String ofPlan = plan == null ? "" : plan;
    String ofProfile = profile == null ? "" : "profile '" + profile + "'";
    out.println(ofPlan + (plan == null || profile == null ? "" : ", ") + ofProfile);
    int width = lines.stream().mapToInt(line -> line.about.length()).max().orElse(0) + 2;
    for (Line line : lines) {
      String mark =
          line.mark == Mark.PROBLEM ? "PROBLEM" : line.mark.name().toLowerCase(Locale.ROOT);
      out.println(
          String.format(Locale.ROOT, "  %-8s%-" + width + "s%s", mark, line.about, line.text));
    }
  }

  void printJson(PrintStream out) {
    List<Object> written = new ArrayList<>();
    for (Line line : lines) {
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("mark", line.mark.name().toLowerCase(Locale.ROOT));
      members.put("about", line.about);
      members.put("text", line.text);
      written.add(members);
    }
    Map<String, Object> report = new LinkedHashMap<>();
    if (plan != null) {
      report.put("plan", plan);
    }
    if (profile != null) {
      report.put("profile", profile);
    }
    report.put("fine", !hasProblems());
    report.put("facts", facts);
    report.put("lines", written);
    out.println(JsonWriter.write(report));
  }
}
