package io.tollgate.tests.window;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The numbered steps of a page, done as they are written: each sentence by what is known for it,
 * and one that is not known is an error. So the page can't say what no one can do.
 */
final class Steps {
  private static final Pattern STEP =
      Pattern.compile("^\\d+\\. (.*(?:\\n(?: {3}.*)?)*)", Pattern.MULTILINE);
  private static final Pattern CODE = Pattern.compile("```.*?```", Pattern.DOTALL);

  private final Map<Pattern, Consumer<MatchResult>> sentences = new LinkedHashMap<>();

  /** What is done for a sentence of that form. */
  Steps when(String sentence, Consumer<MatchResult> what) {
    sentences.put(Pattern.compile(sentence), what);
    return this;
  }

  /** Does all steps of a page; answers how many there are. */
  int follow(String page) {
    int steps = 0;
    for (Matcher step = STEP.matcher(page); step.find(); steps++) {
      String left = CODE.matcher(step.group(1)).replaceAll("").replaceAll("\\s+", " ").trim();
      while (!left.isEmpty()) {
        left = sentence(left).trim();
      }
    }
    return steps;
  }

  /** Does the first sentence; answers what follows it. */
  private String sentence(String text) {
    for (Map.Entry<Pattern, Consumer<MatchResult>> known : sentences.entrySet()) {
      Matcher matcher = known.getKey().matcher(text);
      if (matcher.lookingAt()) {
        System.out.println("step: " + matcher.group());
        known.getValue().accept(matcher.toMatchResult());
        return text.substring(matcher.end());
      }
    }
    throw new AssertionError("nothing is known for: " + text);
  }
}
