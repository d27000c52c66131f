package io.tollgate.adopt;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What was done to a plan, what a person has to check, and what was left to one. */
public final class AdoptionReport {
  /** Begins a line that belongs to the one before. */
  private static final String REASON = "    because ";

  private final List<String> done = new ArrayList<>();
  private final Set<String> checks = new LinkedHashSet<>();
  private final List<String> left = new ArrayList<>();

  AdoptionReport() {}

  void done(String sentence) {
    done.add(sentence);
  }

  void check(String sentence) {
    checks.add(sentence);
  }

  void left(String sentence) {
    left.add(sentence);
  }

  void left(String sentence, Iterable<String> reasons) {
    left.add(sentence);
    reasons.forEach(reason -> left.add(REASON + reason));
  }

  /**
   * Whether something was left that a person has to do.
   *
   * @return true if so
   */
  public boolean leavesSomething() {
    return !left.isEmpty();
  }

  /**
   * The report for people.
   *
   * @return lines without secrets and tokens
   */
  public List<String> lines() {
    List<String> lines = new ArrayList<>(done);
    section(lines, "Before the first run:", checks);
    section(lines, "Left to a person:", left);
    return lines;
  }

  private static void section(List<String> lines, String title, Collection<String> sentences) {
    if (!sentences.isEmpty()) {
      if (!lines.isEmpty()) {
        lines.add("");
      }
      lines.add(title);
      for (String sentence : sentences) {
        lines.add((sentence.startsWith(REASON) ? "  " : "  - ") + sentence);
      }
    }
  }
}
