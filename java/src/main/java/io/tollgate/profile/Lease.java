package io.tollgate.profile;

import io.tollgate.engine.Engine;
import java.util.concurrent.TimeUnit;
import java.util.function.LongBinaryOperator;

/**
 * A token as one read handed it out. It may be used while the engine still calls its generation the
 * valid one and its deadline has not come; the deadline is compared here too, because a timer alone
 * would be late after a pause of the JVM.
 */
public final class Lease {
  /** How long an acceptance of one of several tokens holds: a slot may be revoked at any time. */
  private static final long ACCEPTED_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final Engine engine;
  private final LongBinaryOperator look;
  private final long handle;
  private final long generation;
  private final long stamp;
  private final long deadline;
  private final long until;
  private final String token;
  private final String authorization;
  private final boolean counted;
  private final boolean keyBound;

  /** One of several: each acceptance is a 200 against which 401s of its neighbours are judged. */
  private final boolean isOfSeveral;

  private volatile long acceptedAt = System.nanoTime() - ACCEPTED_NANOS;

  /** The last nonce that was reported to the engine, with the origin it came from. */
  private volatile String reportedNonce;

  /**
   * The deadline is a {@link System#nanoTime} counted from before the read; that clock stands still
   * while the machine is suspended. {@code until} is the same on the engine's clock, which does
   * not.
   */
  Lease(
      OpenedProfile opened,
      long lane,
      long generation,
      long stamp,
      long deadline,
      long until,
      String token) {
    this.engine = opened.engine;
    this.look = opened.look;
    this.handle = lane;
    this.counted = opened.flights != null;
    this.isOfSeveral = opened.lanes != null;
    this.generation = generation;
    this.stamp = stamp;
    this.deadline = deadline;
    this.until = until;
    this.token = token;
    this.keyBound = opened.needsProofs;
    this.authorization = opened.placement.value(token);
  }

  /** Whether the token may still be handed out. */
  boolean isLive() {
    return isLiveFor(0);
  }

  /** Whether it may be handed out to a caller that needs it for so long. */
  boolean isLiveFor(long nanos) {
    return look.applyAsLong(handle, until - nanos) == generation;
  }

  /** Whether it is good for one send only, because the engine counts them in and out. */
  boolean isCounted() {
    return counted;
  }

  /** Whether the two are the same token, read through the same handle. */
  boolean sameToken(Lease other) {
    return other.handle == handle && other.stamp == stamp && other.engine == engine;
  }

  /**
   * Tells which token of the profile this is.
   *
   * @return counts up from 1
   */
  public long generation() {
    return generation;
  }

  /**
   * Tells how long the token still lives.
   *
   * @return nanoseconds, negative once it is over
   */
  public long remainingNanos() {
    return deadline - System.nanoTime();
  }

  /**
   * The bare token.
   *
   * @return a secret
   */
  public String token() {
    return token;
  }

  /**
   * The header value.
   *
   * @return a secret
   */
  public String authorization() {
    return authorization;
  }

  /**
   * Whether it is worth nothing without a proof, because it is bound to a key (RFC 9449).
   *
   * @return {@code false} for bearer tokens
   */
  public boolean isBound() {
    return keyBound;
  }

  /**
   * Makes the proof for one request that carries this token.
   *
   * @param method of the request
   * @param url of the request, whole; its query is of no account
   * @return the value of the {@code DPoP} header, good for that request alone
   */
  public String proof(String method, String url) {
    return engine.proof(handle, generation, method, url);
  }

  /** Whether this was the last nonce that was reported to the engine. */
  boolean isReported(String nonce) {
    return nonce.equals(reportedNonce);
  }

  void markReported(String nonce) {
    reportedNonce = nonce;
  }

  /**
   * Whether an API answer has proved this token good since the API refused it last, so that another
   * need not be reported.
   */
  boolean isAccepted() {
    return engine.isAccepted(handle, generation)
        && (!isOfSeveral || System.nanoTime() - acceptedAt < ACCEPTED_NANOS);
  }

  void markAccepted() {
    if (isOfSeveral) {
      acceptedAt = System.nanoTime();
    }
  }

  /** Whether it is the token that was stamped. */
  boolean isStamped(TokenId other) {
    return other.stamp == stamp;
  }

  /** The handle it was read through. */
  long lane() {
    return handle;
  }

  /** Whether a request that was sent so carried it. */
  boolean wasSentAs(String sent) {
    return sent.equals(authorization) || sent.equals(token);
  }

  /**
   * What stands for it where the token itself must not be.
   *
   * @return names lane and token
   */
  public TokenId stamp() {
    return new TokenId(handle, stamp);
  }

  /** Never the token. */
  @Override
  public String toString() {
    return "generation " + generation;
  }
}
