package io.tollgate.bridge;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sends under way of one JMeter thread's sample, for a profile whose refreshes wait for them
 * ({@code refresh=drain}).
 *
 * <p>A send is known by the thread that read the token for it, which has one under way at a time:
 * the JMeter thread itself, and those that download embedded resources on its behalf. The end of
 * the sample ends them all. A send nobody ends is waited for once, by one drain, up to its limit.
 */
public final class SampleFlights {
  private final Set<Long> underWay = ConcurrentHashMap.newKeySet();

  SampleFlights() {}

  /** The send that this thread is about to make; greater than 0, as all ids of threads. */
  long begin() {
    long flight = Thread.currentThread().getId();
    underWay.add(flight);
    return flight;
  }

  /** The sample is over. */
  void end(Binding bound) {
    for (Long flight : underWay) {
      underWay.remove(flight);
      bound.engine.ended(bound.handle, flight);
    }
  }
}
