package io.tollgate;

import io.tollgate.engine.Version;
import io.tollgate.profile.TokenSource;
import io.tollgate.profile.TokenSources;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The way in: one token cache and one backoff policy for the whole JVM.
 *
 * <pre>{@code
 * import io.tollgate.Tollgate
 * def genesys = Tollgate.credential('genesys')
 * genesys.authorize(sampler)
 * }</pre>
 *
 * <p>Nothing here throws or blocks on the network, so a script may call it anywhere; what is wrong
 * with a profile is reported when its credential is used.
 */
public final class Tollgate {
  private static final ConcurrentMap<String, Credential> CREDENTIALS = new ConcurrentHashMap<>();

  private Tollgate() {}

  /**
   * Finds the credential of a profile. Cheap; call it wherever one is needed.
   *
   * <p>The profile is defined by properties {@code tollgate.profile.<name>.<key>}, by {@link
   * #define} or both. Settings are read at first use and again in each new run.
   *
   * @param name letters, digits, {@code _} and {@code -}
   * @return the same object for the same name, for every thread; never {@code null}, never throws:
   *     a profile that does not exist or cannot work says so when it is used
   */
  public static Credential credential(String name) {
    String key = name == null ? "" : name;
    Credential known = CREDENTIALS.get(key);
    return known != null
        ? known
        : CREDENTIALS.computeIfAbsent(key, n -> new Credential(TokenSources.named(n)));
  }

  /**
   * Defines a profile in code. Properties of the same profile win over these settings.
   *
   * <p>Defining again with equal settings is a no-op, so every thread may do it. Different settings
   * while a run uses the profile are a conflict: the credential returned then fails with {@code
   * PROFILE_CONFLICT} when used, and the one in use goes on undisturbed.
   *
   * @param name letters, digits, {@code _} and {@code -}
   * @param settings keys as in the properties, without the prefix; values are taken as strings
   * @return the profile's credential; never throws
   */
  public static Credential define(String name, Map<?, ?> settings) {
    return defined(name, settings, false);
  }

  /**
   * Defines a profile in code and replaces a different definition also while a run uses it. Tokens
   * already handed out stay what they are; the next read uses the new settings.
   *
   * @param name letters, digits, {@code _} and {@code -}
   * @param settings keys as in the properties, without the prefix; values are taken as strings
   * @return the profile's credential; fails when used if the new settings are not valid, in which
   *     case the old ones stay in use; never throws
   */
  public static Credential redefine(String name, Map<?, ?> settings) {
    return defined(name, settings, true);
  }

  /**
   * Tells the version of this jar.
   *
   * @return for example {@code 0.1.0}
   */
  public static String version() {
    return Version.CURRENT;
  }

  private static Credential defined(String name, Map<?, ?> settings, boolean redefine) {
    Credential credential = credential(name);
    TokenSource refused = credential.source().define(settings, redefine);
    return refused == null ? credential : new Credential(refused);
  }
}
