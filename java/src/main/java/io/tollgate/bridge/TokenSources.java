package io.tollgate.bridge;

import java.util.Collection;
import java.util.Collections;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The token sources of this copy of the jar, one a profile name, for the life of the JVM. */
public final class TokenSources {
  private static final ConcurrentMap<String, TokenSource> SOURCES = new ConcurrentHashMap<>();

  private TokenSources() {}

  /**
   * Finds or makes the source of a profile; reads no setting and loads no library.
   *
   * @param name of the profile, not checked here
   * @return the same object for the same name
   */
  public static TokenSource named(String name) {
    TokenSource known = SOURCES.get(name);
    return known != null ? known : SOURCES.computeIfAbsent(name, TokenSource::new);
  }

  /** All sources made so far. */
  static Collection<TokenSource> all() {
    return Collections.unmodifiableCollection(SOURCES.values());
  }
}
