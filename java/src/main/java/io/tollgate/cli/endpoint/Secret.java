package io.tollgate.cli.endpoint;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.profile.SecretText;

/** A secret that an option names. Command lines are seen by everybody, so it is not in them. */
final class Secret {
  private Secret() {}

  static String read(String option, String source) {
    if (!source.startsWith("env:") && !source.startsWith("file:")) {
      throw new TollgateException(
          ErrorCode.CONFIG, option + " wants its secret as env:NAME or file:PATH");
    }
    String secret = SecretText.of(option, source);
    if (secret.isEmpty()) {
      throw new TollgateException(ErrorCode.CONFIG, option + ": '" + source + "' is empty");
    }
    return secret;
  }
}
