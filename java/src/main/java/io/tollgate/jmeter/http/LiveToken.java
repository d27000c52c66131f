package io.tollgate.jmeter.http;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.jmeter.sample.MissingToken;
import io.tollgate.jmeter.sample.SampleCredential;
import io.tollgate.jmeter.websocket.WebSocketSample;
import io.tollgate.profile.Lease;
import io.tollgate.profile.SampleSends;
import io.tollgate.profile.TokenPlacement;
import io.tollgate.profile.TokenSource;
import io.tollgate.profile.TokenSources;

/**
 * The token of one sample, read from the cache each time the sampler asks for it: when the request
 * is sent, after the timers, and anew on each followed redirect. Made by one call of {@code
 * authorize}; shared by the header or cookie made for it and their clones.
 *
 * <p>If no token was to be had then, it remembers why and throws that when read, without a second
 * wait, unless a token has come meanwhile; HTTP samplers turn what it throws into a failed sample.
 * If the token aged out since, reading waits for the next.
 */
final class LiveToken {
  final TokenSource source;
  final TokenPlacement placement;
  private final TollgateException failure;
  private final SampleSends sends;

  /** The JMeter thread whose sample it is: threads that download for it send its token too. */
  private final long thread;

  /** {@code null} unless the sampler is of the kind that needs it. */
  private final WebSocketSample webSocket;

  /** {@code null} unless the token is bound to a key. */
  final SampleProofs proved;

  /** {@code null} if something else judges where its requests go, or nobody can. */
  private final HostBoundSample hostBound;

  /** Set once the header is in place; until then only JMeter's debug log reads it. */
  private volatile boolean armed;

  LiveToken(
      TokenSource source,
      TollgateException failure,
      WebSocketSample webSocket,
      SampleProofs proved,
      HostBoundSample hostBound) {
    this.source = source;
    this.placement = source.placement();
    this.failure = failure;
    this.webSocket = webSocket;
    this.proved = proved;
    this.hostBound = hostBound;
    this.sends = source.flightsOfThisThread();
    this.thread = source.keyOfThisThread();
  }

  /** For a header that came from another JVM with the profile's name alone. */
  static LiveToken ofProfile(String profile) {
    LiveToken made = new LiveToken(TokenSources.named(profile), null, null, null, null);
    made.arm();
    return made;
  }

  void arm() {
    armed = true;
  }

  /** The request is going to be sent once more. */
  void sendAgain() {
    if (hostBound != null) {
      hostBound.again();
    }
  }

  boolean isArmed() {
    return armed;
  }

  /**
   * Reads the token now.
   *
   * @return with what stands before it; empty if no token belongs in the request
   * @throws TollgateException if no token is to be had
   */
  String value() {
    if (!armed || (webSocket != null && !webSocket.isUnderWay())) {
      return "";
    }
    if (proved != null && !proved.begins()) {
      return "";
    }
    if (hostBound != null && !hostBound.begins()) {
      return "";
    }
    long start = webSocket == null ? 0 : System.currentTimeMillis();
    try {
      Lease lease = read();
      SampleCredential.carries(source, lease);
      if (lease.isBound()) {
        proveWith(lease);
      }
      return lease.authorization();
    } catch (TollgateException e) {
      return withoutToken(e, start);
    }
  }

  /** A token that is bound to a key is worth nothing without a proof. */
  private void proveWith(Lease lease) {
    if (proved == null) {
      throw new TollgateException(
          ErrorCode.CONFIG,
          source.title()
              + ": there is no sampler here that a DPoP proof could be made for; authorize(sampler)"
              + " must be called where the request is sent");
    }
    proved.carries(lease);
  }

  private String withoutToken(TollgateException why, long startMillis) {
    try {
      return MissingToken.inSampler(source, why);
    } catch (TollgateException e) {
      throw webSocket == null ? e : webSocket.failed(e, startMillis);
    }
  }

  private Lease read() {
    if (failure == null) {
      return source.acquireInSample(thread, sends, () -> false);
    }
    Lease lease = source.peek(thread, sends);
    if (lease == null) {
      throw failure.again();
    }
    return lease;
  }
}
