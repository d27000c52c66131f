package io.tollgate.profile;

import io.tollgate.engine.Engine;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * A profile that has several tokens at work, as it was opened in one run: the token last read of
 * each lane. Which lane serves a thread is the engine's to say, anew for each read, because a
 * thread is steered away from a client that cannot serve it and back again.
 */
final class LaneLeases {
  private final Engine engine;
  private final long profile;
  private final ConcurrentMap<Long, Lease> leases = new ConcurrentHashMap<>();

  LaneLeases(Engine engine, long profile) {
    this.engine = engine;
    this.profile = profile;
  }

  /** The lane that serves this thread now. */
  long of(long thread) {
    return engine.steer(profile, thread);
  }

  /** The token last read of a lane, live or not; {@code null} before the first. */
  Lease last(long lane) {
    return leases.get(lane);
  }

  /** The token last read that this one is, with what is known of it, or else this one. */
  Lease keep(Lease read) {
    return leases.compute(
        read.lane(), (lane, held) -> held != null && held.sameToken(read) ? held : read);
  }

  /** The token last read that was sent so; {@code null} if it is none of them. */
  Lease sentAs(String sent) {
    for (Lease lease : leases.values()) {
      if (lease.wasSentAs(sent)) {
        return lease;
      }
    }
    return null;
  }
}
