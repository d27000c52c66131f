package io.tollgate.profile;

import io.tollgate.engine.Engine;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Where the tokens of a profile and of its users may go, as the engine said once of each origin.
 */
final class PermittedOrigins {
  /** A plan calls a handful of hosts; one that calls more asks the engine again. */
  private static final int MOST = 1000;

  private final Engine engine;
  private final long profile;
  private final ConcurrentMap<String, Boolean> permitted = new ConcurrentHashMap<>();

  PermittedOrigins(Engine engine, long profile) {
    this.engine = engine;
    this.profile = profile;
  }

  boolean permit(String origin) {
    Boolean known = permitted.get(origin);
    if (known == null) {
      known = engine.permits(profile, origin);
      if (permitted.size() < MOST) {
        permitted.put(origin, known);
      }
    }
    return known;
  }
}
