package io.tollgate.adopt;

import io.tollgate.adopt.plan.ExtractedValue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where in the answer of a request the plan finds the token. */
final class TokenPlace {
  /** Where RFC 6749 has it. */
  private static final String STANDARD = "access_token";

  private static final Pattern FIELD_OF_SCRIPT =
      Pattern.compile("\\s*\\w+((?:\\.\\w+)+?)(?:\\.toString\\(\\))?\\s*(?s)(?:\\n.*)?");

  private final String place;
  private final boolean isGuess;

  private TokenPlace(String place, boolean isGuess) {
    this.place = place;
    this.isGuess = isGuess;
  }

  /** The standard one. */
  static TokenPlace standard() {
    return new TokenPlace(STANDARD, false);
  }

  /** Where an extractor takes it from. */
  static TokenPlace of(ExtractedValue value) {
    String place = value.isAccessToken() && value.place() == null ? STANDARD : value.place();
    return new TokenPlace(place, value.isAtAnyDepth() && !STANDARD.equals(place));
  }

  /** Where a script takes it from. */
  static TokenPlace of(Assignment assignment) {
    Matcher field = FIELD_OF_SCRIPT.matcher(assignment.value);
    if (!field.matches()) {
      return new TokenPlace(assignment.value.contains(STANDARD) ? STANDARD : null, false);
    }
    String path = field.group(1).replace('.', '/');
    return new TokenPlace(path.indexOf('/', 1) < 0 ? path.substring(1) : path, false);
  }

  void into(CredentialSettings settings) {
    if (place == null) {
      settings.obstacles.add("where its answer has the token can't be told");
    } else if (!place.equals(STANDARD)) {
      settings.set("token_field", place);
      if (isGuess) {
        settings.checks.add(
            "the token is read from the field '"
                + place
                + "' at the top of the answer; if it stands deeper, correct token_field");
      }
    }
  }
}
