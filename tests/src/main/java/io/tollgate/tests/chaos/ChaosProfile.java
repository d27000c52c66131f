package io.tollgate.tests.chaos;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The profiles of the run: which client of which server, and how it gets tokens. */
enum ChaosProfile {
  /** Client credentials, at a server that revokes the previous token. */
  SERVICE(Target.AUTHSERVER, false, false),
  /** The same, with a secret in a file that others replace. */
  FILED(Target.AUTHSERVER, true, false),
  /** A user; the refresh token is in a file and rotates. */
  SESSION(Target.AUTHSERVER, false, true),
  KEYCLOAK_FILED(Target.KEYCLOAK, true, false),
  KEYCLOAK_SESSION(Target.KEYCLOAK, false, true);

  private final Target target;
  private final boolean secretInFile;
  private final boolean user;

  ChaosProfile(Target target, boolean secretInFile, boolean user) {
    this.target = target;
    this.secretInFile = secretInFile;
    this.user = user;
  }

  /** Of the profile, and of its client at the server. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  Target target() {
    return target;
  }

  /** Whether its secret is in a file, and so can be replaced during the run. */
  boolean secretInFile() {
    return secretInFile;
  }

  /** Where its secret is, if that is in a file. */
  Path secretFile(Path directory) {
    return directory.resolve(key() + ".secret");
  }

  /** Its settings. */
  Map<String, String> settings(String tokenUrl, String secret, Path directory) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("token_url", tokenUrl);
    settings.put("client_id", key());
    settings.put("client_secret", secretInFile ? "file:" + secretFile(directory) : secret);
    settings.put("request_timeout", Pace.REQUEST_TIMEOUT.toMillis() + "ms");
    settings.put("token_timeout", Pace.TOKEN_TIMEOUT.toMillis() + "ms");
    settings.put("drain_timeout", Pace.DRAIN_TIMEOUT.toMillis() + "ms");
    settings.put("permanent_cooldown", "2s");
    settings.put("backoff_cap", "4s");
    if (target == Target.AUTHSERVER) {
      settings.put("refresh", "drain");
    } else {
      settings.put("scope", "openid");
    }
    if (user) {
      settings.put("grant", "password");
      settings.put("username", "ann");
      settings.put("password", "ann-password");
      settings.put("refresh_token", "file:" + directory.resolve(key() + ".refresh-token"));
    }
    return settings;
  }
}
