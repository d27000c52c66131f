package io.tollgate.profile;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.engine.Log;
import io.tollgate.engine.OnceLog;
import io.tollgate.run.Hosts;
import io.tollgate.text.JsonWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * One profile on the Java side, or one user of a profile, and the token last read.
 *
 * <p>The engine holds the truth. What is kept here is a copy that {@link Lease#isLive} checks
 * against it on every read.
 */
public final class TokenSource extends LastLease {
  private static final BooleanSupplier NEVER = () -> false;
  private static final Supplier<SampleSends> UNCOUNTED = () -> null;

  private final ProfileDefinition opening;

  /** The profile this is one user of, {@code null} for a profile itself. */
  private final TokenSource profile;

  /** {@code null} for a user. */
  private final Users<TokenSource> users;

  /** Of a profile and all its users. */
  private final ReadCount reads;

  TokenSource(String name) {
    this(name, null);
  }

  TokenSource(String name, TollgateException refusal) {
    this.profile = null;
    this.users = new Users<>();
    this.reads = new ReadCount();
    this.opening = ProfileDefinition.ofProfile(name, refusal, this::rebound);
  }

  private TokenSource(TokenSource profile, String user, String password) {
    this.profile = profile;
    this.users = null;
    this.reads = profile.reads;
    this.opening = ProfileDefinition.ofUser(profile.opening, user, password, this::rebound);
  }

  /** What was read is of an older binding, and so is what the users of this profile have. */
  private void rebound() {
    forgetLast();
    if (users != null) {
      users.forEach(TokenSource::forget);
    }
  }

  private void forget() {
    opening.forget();
    forgetLast();
  }

  /**
   * The source of one user of this profile: its client and settings, with the password grant.
   *
   * @param who the user's name
   * @param secret the user's password
   * @return the same object for the same arguments
   */
  public TokenSource forUser(String who, String secret) {
    TokenSource of = profile == null ? this : profile;
    return of.users.get(who, secret, (user, password) -> new TokenSource(of, user, password));
  }

  /**
   * The profile's name.
   *
   * @return as given, not checked
   */
  public String name() {
    return opening.name();
  }

  /**
   * The user it stands for.
   *
   * @return {@code null} for the profile itself
   */
  public String user() {
    return opening.user();
  }

  /**
   * How messages name it.
   *
   * @return {@code profile 'x'} or {@code profile 'x', user 'y'}
   */
  public String title() {
    return opening.title();
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
    OpenedProfile bound = opening.last();
    return bound == null || bound.lanes == null
        ? LastLease.OF_THIS_THREAD
        : Hosts.current().threadKey();
  }

  /**
   * Where the sends of this thread's sample are counted.
   *
   * @return {@code null} if they are not: the profile's refreshes wait for nothing
   */
  public SampleSends flightsOfThisThread() {
    OpenedProfile bound = opening.last();
    return bound == null || bound.flights == null ? null : bound.flights.ofThisThread();
  }

  /** The sample of this thread is over, whatever came of it. */
  public void sampleEnded() {
    OpenedProfile bound = opening.last();
    if (bound != null && bound.flights != null) {
      bound.flights.endThoseOfThisThread(bound);
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
      OpenedProfile bound = bind();
      long lane = bound.laneOf(LastLease.resolved(thread));
      if (bound.generation(lane) == 0) {
        return null;
      }
      Lease read = TokenWait.readOnce(bound, lane, sends);
      if (read == null) {
        return null;
      }
      reads.add();
      return keep(bound, read);
    } catch (TollgateException e) {
      return null;
    }
  }

  /**
   * Tells what a sample does when no token is to be had.
   *
   * @return never {@code null}; the safe choice if the profile cannot be opened
   */
  public FailurePolicy policy() {
    OpenedProfile bound = opening.last();
    return bound == null ? FailurePolicy.FAIL_SAMPLE : bound.policy;
  }

  /**
   * The header that goes with every API request beside the token.
   *
   * @return {@code null} if there is none, or the profile cannot be opened
   */
  public TenantHeader tenantHeader() {
    OpenedProfile bound = opening.last();
    return bound == null ? null : bound.tenantHeader;
  }

  /**
   * Whether its tokens are bound to a key, so that each request needs a proof.
   *
   * @return {@code false} as long as the profile has not been opened
   */
  public boolean isBound() {
    OpenedProfile bound = opening.last();
    return bound != null && bound.bindsTokens();
  }

  /** Whether code or the plan defined it, whatever properties say of it too. */
  boolean isDefinedInCode() {
    return opening.isDefinedInCode();
  }

  /**
   * Whether the profile names the hosts that its token may be sent to.
   *
   * @return {@code false} also if it cannot be opened: whoever reads the token is told why
   */
  public boolean limitsHosts() {
    try {
      return bind().limitsHosts;
    } catch (TollgateException e) {
      return false;
    }
  }

  /**
   * Whether the token may be sent there.
   *
   * @param origin {@code scheme://host:port}, {@code null} if not known
   * @return {@code true} also if the profile cannot be opened
   */
  public boolean permits(String origin) {
    try {
      return bind().permits(origin == null ? "" : origin);
    } catch (TollgateException e) {
      return true;
    }
  }

  /**
   * Tells the engine where a request of a sample went.
   *
   * @param own origin that the sample was meant for, {@code null} if not known
   * @param to origin that the request went to, {@code null} if not known
   * @param carried whether the token went along
   * @return whether it went where it had no business to be
   */
  public boolean visited(String own, String to, boolean carried) {
    OpenedProfile bound = opening.last();
    return bound != null
        && bound.engine.visited(
            bound.handle, own == null ? "" : own, to == null ? "" : to, carried);
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
    return opening.bind();
  }

  /**
   * Takes a definition from code.
   *
   * @param settings keys and values, taken as strings
   * @param redefine whether to replace a different definition that a run uses
   * @return {@code null} if the definition stands, else a source that fails with the reason
   */
  public TokenSource define(Map<?, ?> settings, boolean redefine) {
    try {
      opening.define(ProfileSettings.of(settings), redefine);
      return null;
    } catch (TollgateException e) {
      OnceLog.error(name(), e);
      return new TokenSource(name(), e);
    } catch (Throwable e) {
      complain("define", e);
      return new TokenSource(name(), opening.internal("define", e));
    }
  }

  /**
   * Takes what an element of the plan says, for the run that is starting. Two elements that differ
   * are a conflict, which is logged here and met by every use of the profile in this run.
   *
   * @param element its name, for messages
   * @param settings keys and values
   */
  public void plan(String element, Map<String, String> settings) {
    try {
      opening.plan(element, settings);
    } catch (TollgateException e) {
      OnceLog.error(name(), e);
    }
  }

  /** A source of its own, for one look at what settings give. Nobody else gets it. */
  static TokenSource onTrial(String name, Map<String, String> settings) {
    TokenSource source = new TokenSource(name);
    source.opening.tryOut(settings);
    return source;
  }

  private Lease obtainSlowly(
      long thread,
      long minRemainingNanos,
      long overtimeMillis,
      Supplier<SampleSends> sends,
      BooleanSupplier cancelled) {
    try {
      OpenedProfile bound =
          bindOrHold(); // before asking for the sends: it tells whether they count
      long key = bound.lanes == null ? thread : LastLease.resolved(thread);
      return keep(
          bound,
          TokenWait.await(
              title(),
              bound,
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
      throw opening.internal("reading the token", e);
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

  /** Makes the next read look at the settings again. */
  void runChanged() {
    forgetLast();
    if (users != null) {
      users.forEach(TokenSource::runChanged);
    }
  }

  /** Logs the summary line of the run that ends, if this profile took part in it. */
  void logSummary(long run) {
    try {
      OpenedProfile bound = opening.last();
      long count = reads.drain();
      if (bound != null && (count > 0 || bound.run == run)) {
        Log.info(bound.engine.summary(bound.handle, count));
      }
    } catch (Throwable e) {
      complain("the summary line", e);
    }
  }

  /**
   * Describes the profile.
   *
   * @return JSON without secrets; never throws
   */
  public String status() {
    try {
      OpenedProfile bound = bind();
      return bound.engine.status(bound.handle);
    } catch (TollgateException e) {
      boolean absent = e.getCode() == ErrorCode.NATIVE_UNAVAILABLE;
      return failed(absent ? "unavailable" : "failed", e.getCode(), e.getDetail());
    } catch (Throwable e) {
      complain("status()", e);
      return failed("failed", ErrorCode.INTERNAL, e.toString());
    }
  }

  private String failed(String state, ErrorCode code, String message) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("profile", name());
    members.put("state", state);
    members.put("error", code.name());
    members.put("message", message);
    return JsonWriter.write(members);
  }

  /**
   * Logs a fault of Tollgate's own that must not reach the caller; once for each kind.
   *
   * @param what the call that met it
   * @param fault what was caught
   */
  public void complain(String what, Throwable fault) {
    if (fault instanceof TollgateException) {
      OnceLog.error(name(), (TollgateException) fault); // told in words; no fault of Tollgate's
    } else {
      OnceLog.fault(name(), what, fault);
    }
  }
}
