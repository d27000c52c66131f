package io.tollgate.profile;

import java.util.Arrays;

/**
 * What the answers of an API mean beyond HTTP: statuses and texts that say that the token was
 * rejected, texts that say that a limit was met. A first look that spares the engine all others.
 */
public final class AnswerRules {
  /** Neither is said. */
  public static final int NOTHING = 0;

  /** The token was rejected. The engine knows these numbers. */
  public static final int REJECTION = 1;

  /** A limit was met. */
  public static final int LIMIT = 2;

  private static final String[] NO_TEXTS = {};

  /** Says nothing of any answer. */
  public static final AnswerRules NONE = new AnswerRules("", "", "");

  private final int[] rejectionStatuses;
  private final String[] rejectionTexts;
  private final String[] limitTexts;

  /**
   * Reads the settings as they are written.
   *
   * @param rejectionStatuses {@code 403, 498}
   * @param rejectionTexts with {@code |} between them
   * @param limitTexts with {@code |} between them
   * @throws NumberFormatException if a status is none
   */
  public AnswerRules(String rejectionStatuses, String rejectionTexts, String limitTexts) {
    this.rejectionStatuses =
        Arrays.stream(parts(rejectionStatuses, "[,\\s]+")).mapToInt(Integer::parseInt).toArray();
    this.rejectionTexts = parts(rejectionTexts, "\\|");
    this.limitTexts = parts(limitTexts, "\\|");
  }

  private static String[] parts(String text, String separator) {
    return text == null || text.trim().isEmpty()
        ? NO_TEXTS
        : Arrays.stream(text.split(separator))
            .map(String::trim)
            .filter(part -> !part.isEmpty())
            .toArray(String[]::new);
  }

  /**
   * Whether a body is to be looked at.
   *
   * @return {@code false} if statuses tell all
   */
  public boolean readBodies() {
    return rejectionTexts.length > 0 || limitTexts.length > 0;
  }

  /**
   * Looks at an answer.
   *
   * @param status of the answer
   * @param body its start; empty if it was not looked at
   * @return one of the numbers above
   */
  public int finding(int status, String body) {
    if (isIn(body, limitTexts)) {
      return LIMIT;
    }
    for (int rejection : rejectionStatuses) {
      if (rejection == status) {
        return REJECTION;
      }
    }
    return isIn(body, rejectionTexts) ? REJECTION : NOTHING;
  }

  private static boolean isIn(String body, String[] texts) {
    for (String text : texts) {
      if (body.contains(text)) {
        return true;
      }
    }
    return false;
  }
}
