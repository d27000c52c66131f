package io.tollgate.profile;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The sends under way of a profile whose refreshes wait for them, by the JMeter thread. */
final class InFlightSends {
  private final ConcurrentMap<Thread, SampleSends> samples = new ConcurrentHashMap<>();

  SampleSends ofThisThread() {
    return samples.computeIfAbsent(Thread.currentThread(), thread -> new SampleSends());
  }

  /** The sample of this thread is over. */
  void endThoseOfThisThread(OpenedProfile opened) {
    SampleSends sends = samples.get(Thread.currentThread());
    if (sends != null) {
      sends.end(opened);
    }
  }

  /**
   * Ends what threads that are gone left under way: their samples were not reported. Called by
   * threads that wait for a token, the only ones whom such a send would harm.
   */
  void endThoseOfDeadThreads(OpenedProfile opened) {
    samples.forEach(
        (thread, sends) -> {
          if (!thread.isAlive()) {
            samples.remove(thread);
            sends.end(opened);
          }
        });
  }
}
