package io.tollgate.bridge;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** What the engine answered when a profile was opened in a run. */
final class Binding {
  /** A plan calls a handful of hosts; one that calls more asks the engine again. */
  private static final int MOST_ORIGINS = 1000;

  final Engine engine;
  final long handle;
  final long run;
  final long tokenTimeoutNanos;
  final FailurePolicy policy;

  /** Sends under way, {@code null} if the profile's refreshes do not wait for them. */
  final Flights flights;

  /** What stands before a token in {@code Authorization}. */
  final String scheme;

  /** A header for every API request, {@code null} if none. */
  final TenantHeader tenantHeader;

  /** Where the token may go, as the engine said once of each origin. */
  private final ConcurrentMap<String, Boolean> permitted = new ConcurrentHashMap<>();

  /** Whether there are hosts at all that the token must not be sent to. */
  final boolean limitsHosts;

  /** {@code null} if one token serves all threads. */
  final Lanes lanes;

  Binding(Engine engine, long handle, long run, Flights flights) {
    this.engine = engine;
    this.handle = handle;
    this.run = run;
    String[] traits = engine.traits(handle);
    this.tokenTimeoutNanos = Long.parseLong(traits[0]);
    this.policy = FailurePolicy.of(traits[1]);
    this.flights = Boolean.parseBoolean(traits[2]) ? flights : null;
    this.tenantHeader = traits[3].isEmpty() ? null : new TenantHeader(traits[3], traits[4]);
    this.scheme = traits[5];
    this.limitsHosts = !engine.permits(handle, "");
    this.lanes = Boolean.parseBoolean(traits[6]) ? new Lanes(engine, handle) : null;
  }

  /** Whether the token may be sent there. */
  boolean permits(String origin) {
    if (!limitsHosts) {
      return true;
    }
    Boolean known = permitted.get(origin);
    if (known == null) {
      known = engine.permits(handle, origin);
      if (permitted.size() < MOST_ORIGINS) {
        permitted.put(origin, known);
      }
    }
    return known;
  }

  /** Whether tokens are bound to a key, so that each request needs a proof. */
  boolean bindsTokens() {
    return scheme.equals("DPoP");
  }

  /** The generation in service of a handle that serves threads of this profile, 0 if none is. */
  long generation(long lane) {
    return engine.look(lane, Long.MAX_VALUE);
  }

  /** The handle that serves this thread now. */
  long laneOf(long thread) {
    return lanes == null ? handle : lanes.of(thread);
  }
}
