package io.tollgate.profile;

import io.tollgate.TollgateException;
import io.tollgate.engine.OnceLog;
import io.tollgate.run.Hosts;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Reads the token of a profile, or of one of its users: the one read last if the engine still calls
 * it valid, else by a call to the engine and a wait.
 */
public abstract class TokenReader extends LastLease {
  private static final BooleanSupplier NEVER = () -> false;
  private static final Supplier<SampleSends> UNCOUNTED = () -> null;

  final ProfileDefinition definition;

  /** Of a profile and all its users. */
  final ReadCount reads;

  TokenReader(String profile, TollgateException refusal) {
    this.definition = ProfileDefinition.ofProfile(profile, refusal, this::reopened);
    this.reads = new ReadCount();
  }

  TokenReader(TokenReader of, boolean client, String member, String secret) {
    this.definition =
        client
            ? ProfileDefinition.ofClient(of.definition, member, secret, this::reopened)
            : ProfileDefinition.ofUser(of.definition, member, secret, this::reopened);
    this.reads = of.reads;
  }

  /** Drops what was read before the profile was opened anew. */
  void reopened() {
    forgetLast();
  }

  /**
   * The profile's name.
   *
   * @return as given, not checked
   */
  public String name() {
    return definition.name();
  }

  /**
   * The user it stands for.
   *
   * @return {@code null} for the profile itself or a client of it
   */
  public String user() {
    return definition.user();
  }

  /**
   * How messages name it.
   *
   * @return {@code profile 'x'} or {@code profile 'x', user 'y'}
   */
  public String title() {
    return definition.title();
  }

  /**
   * Reads the token, waiting for one if there is none.
   *
   * @return live when returned
   * @throws TollgateException if none is to be had
   */
  public Lease acquire() {
    return acquire(0);
  }

  /**
   * Waits until there is a token, without handing it out: what comes next will read it.
   *
   * @throws TollgateException if none is to be had
   */
  public void await() {
    Lease held = of(LastLease.OF_THIS_THREAD);
    if (held == null || !held.isLive()) {
      obtainSlowly(LastLease.OF_THIS_THREAD, 0, 0, UNCOUNTED, NEVER);
    }
  }

  /**
   * Reads a token that has some life left.
   *
   * @param minRemainingNanos how much
   * @return live when returned
   * @throws TollgateException if none is to be had
   */
  public Lease acquire(long minRemainingNanos) {
    Lease found = cached(LastLease.OF_THIS_THREAD, minRemainingNanos);
    if (found == null) {
      found =
          obtainSlowly(
              LastLease.OF_THIS_THREAD, minRemainingNanos, 0, this::flightsOfThisThread, NEVER);
    }
    reads.add();
    return found;
  }

  /**
   * Reads the token for a sample that has begun, waiting for one if there is none, if need be a
   * little beyond the thread's scheduled end.
   *
   * @param thread whose sample it is, from {@link #keyOfThisThread} on the JMeter thread
   * @param sends of the sample, from {@link #flightsOfThisThread} on the JMeter thread; {@code
   *     null} if nothing is sent with the token
   * @param cancelled asked at least every 200 ms while waiting
   * @return live when returned
   * @throws TollgateException if none is to be had, {@code STOPPED} if cancelled
   */
  public Lease acquireInSample(long thread, SampleSends sends, BooleanSupplier cancelled) {
    Lease found = cached(thread, 0);
    if (found == null) {
      found = obtainSlowly(thread, 0, TokenWait.SAMPLE_OVERTIME_MILLIS, () -> sends, cancelled);
    }
    reads.add();
    return found;
  }

  /**
   * Names the calling thread, where it matters which one asks.
   *
   * @return 0 if one token serves all threads
   */
  public long keyOfThisThread() {
    OpenedProfile opened = definition.last();
    return opened == null || opened.lanes == null
        ? LastLease.OF_THIS_THREAD
        : Hosts.current().threadKey();
  }

  /**
   * Where the sends of this thread's sample are counted.
   *
   * @return {@code null} if they are not: the profile's refreshes wait for nothing
   */
  public SampleSends flightsOfThisThread() {
    OpenedProfile opened = definition.last();
    return opened == null || opened.flights == null ? null : opened.flights.ofThisThread();
  }

  /** The sample of this thread is over, whatever came of it. */
  public void sampleEnded() {
    OpenedProfile opened = definition.last();
    if (opened != null && opened.flights != null) {
      opened.flights.endThoseOfThisThread(opened);
    }
  }

  /** The token last read if it may be read again, {@code null} if the engine must be asked. */
  private Lease cached(long thread, long minRemainingNanos) {
    Lease held = of(thread);
    return held != null && !held.isCounted() && held.isLiveFor(Math.max(0, minRemainingNanos))
        ? held
        : null;
  }

  /**
   * Reads the token if there is one, without waiting.
   *
   * @param thread as in {@link #acquireInSample}
   * @param sends as there
   * @return {@code null} if there is none now, for whatever reason
   */
  public Lease peek(long thread, SampleSends sends) {
    Lease held = cached(thread, 0);
    if (held != null) {
      reads.add();
      return held;
    }
    try {
      OpenedProfile opened = bind();
      long lane = opened.laneOf(LastLease.resolved(thread));
      if (opened.generation(lane) == 0) {
        return null;
      }
      Lease read = TokenWait.readOnce(opened, lane, sends);
      if (read == null) {
        return null;
      }
      reads.add();
      return keep(opened, read);
    } catch (TollgateException e) {
      return null;
    }
  }

  /**
   * Waits until there is a token and tells whether it is another than the one that was sent.
   *
   * @param sent what was stamped for the sample
   * @return {@code false} also if there is none to be had
   */
  public boolean isReplaced(TokenId sent) {
    try {
      await();
    } catch (TollgateException e) {
      return false;
    }
    Lease held = of(keyOfThisThread());
    if (held == null || !held.isLive()) {
      return false;
    }
    TokenId now = held.stamp();
    return now.stamp != sent.stamp;
  }

  /** Opens the profile if that has not happened in this run; see {@link ProfileDefinition#bind}. */
  OpenedProfile bind() {
    return definition.bind();
  }

  private Lease obtainSlowly(
      long thread,
      long minRemainingNanos,
      long overtimeMillis,
      Supplier<SampleSends> sends,
      BooleanSupplier cancelled) {
    try {
      OpenedProfile opened =
          bindOrHold(); // before asking for the sends: it tells whether they count
      long key = opened.lanes == null ? thread : LastLease.resolved(thread);
      return keep(
          opened,
          TokenWait.await(
              title(),
              opened,
              key,
              minRemainingNanos,
              overtimeMillis,
              sends.get(),
              () -> cached(key, minRemainingNanos),
              cancelled));
    } catch (TollgateException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      complain("reading the token", e);
      throw definition.internal("reading the token", e);
    }
  }

  private OpenedProfile bindOrHold() {
    try {
      return bind();
    } catch (TollgateException e) {
      TokenWait.hold();
      throw e;
    }
  }

  /**
   * Whether any token was read in this run.
   *
   * @return {@code false} also before the first run
   */
  public boolean hadToken() {
    return isAny();
  }

  /** What was read last, live or not. */
  LastLease lastRead() {
    return this;
  }

  /**
   * Logs a fault of Tollgate's own that must not reach the caller; once for each kind.
   *
   * @param what the call that met it
   * @param fault what was caught
   */
  public void complain(String what, Throwable fault) {
    if (fault instanceof TollgateException) {
      OnceLog.error(name(), (TollgateException) fault); // not a fault of Tollgate's own
    } else {
      OnceLog.fault(name(), what, fault);
    }
  }
}
