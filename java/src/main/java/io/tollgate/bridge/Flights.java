package io.tollgate.bridge;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The sends under way of a profile whose refreshes wait for them, by the JMeter thread. */
final class Flights {
  private final ConcurrentMap<Thread, SampleFlights> samples = new ConcurrentHashMap<>();

  SampleFlights ofThisThread() {
    return samples.computeIfAbsent(Thread.currentThread(), thread -> new SampleFlights());
  }

  /** The sample of this thread is over. */
  void endThoseOfThisThread(Binding bound) {
    SampleFlights sends = samples.get(Thread.currentThread());
    if (sends != null) {
      sends.end(bound);
    }
  }

  /**
   * Ends what threads that are gone left under way: their samples were not reported. Called by
   * threads that wait for a token, the only ones whom such a send would harm.
   */
  void endThoseOfDeadThreads(Binding bound) {
    samples.forEach(
        (thread, sends) -> {
          if (!thread.isAlive()) {
            samples.remove(thread);
            sends.end(bound);
          }
        });
  }
}
