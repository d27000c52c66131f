package io.tollgate.profile;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The sends under way of one JMeter thread's sample, for a profile whose refreshes wait for them
 * ({@code refresh=drain}).
 *
 * <p>A thread has one send of a sample under way at a time: the JMeter thread itself, and those
 * that download embedded resources on its behalf. A download thread serves many samples, so a send
 * is named after neither. The end of the sample ends them all.
 */
public final class SampleSends {
  /** From a random start, because copies of the jar in other class loaders count too. */
  private static final AtomicLong NAMES =
      new AtomicLong(ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE / 2));

  /** By the id of the thread that sends. */
  private final ConcurrentMap<Long, Send> underWay = new ConcurrentHashMap<>();

  SampleSends() {}

  /**
   * The send that this thread is about to make, greater than 0. The same name again tells the
   * engine that the send before it has ended, as one that was redirected has. A send on another
   * lane ends the one before on the lane where it began.
   */
  long begin(OpenedProfile opened, long lane) {
    long thread = Thread.currentThread().getId();
    Send before = underWay.get(thread);
    if (before != null && before.lane == lane) {
      return before.name;
    }
    Send send = new Send(lane, NAMES.getAndIncrement());
    underWay.put(thread, send);
    if (before != null) {
      opened.engine.ended(before.lane, before.name);
    }
    return send.name;
  }

  /** The sample is over. */
  void end(OpenedProfile opened) {
    underWay.forEach(
        (thread, send) -> {
          if (underWay.remove(thread, send)) {
            opened.engine.ended(send.lane, send.name);
          }
        });
  }

  /** One send, and the lane whose token it carries. */
  private static final class Send {
    final long lane;
    final long name;

    Send(long lane, long name) {
      this.lane = lane;
      this.name = name;
    }
  }
}
