package io.tollgate.jmeter.http;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.jmeter.sample.MissingToken;
import io.tollgate.jmeter.sample.SampleCredential;
import io.tollgate.jmeter.websocket.WebSocketSample;
import io.tollgate.profile.Lease;
import io.tollgate.profile.SampleSends;
import io.tollgate.profile.TokenSource;
import io.tollgate.profile.TokenSources;
import org.apache.jmeter.protocol.http.control.Header;
import org.apache.jmeter.protocol.http.control.HeaderManager;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerBase;

/**
 * An {@code Authorization} header whose value is read from the token cache each time the sampler
 * asks for it: when the request is sent, after the timers, and anew on each followed redirect.
 *
 * <p>It is made for a sample, or made over for the next. If no token was to be had then, it
 * remembers why and throws that when read, without a second wait, unless a token has come
 * meanwhile; HTTP samplers turn what it throws into a failed sample. If the token aged out since,
 * reading waits for the next.
 *
 * <p>JMeter merges header managers by cloning them; a clone shares the state of its original. Only
 * the profile's name travels through Java serialization.
 */
public final class LiveHeader extends Header {
  public static final String AUTHORIZATION = "Authorization";

  private static final long serialVersionUID = 1L;
  private static final String PROFILE = "tollgate.profile";
  private static final String USER = "tollgate.user";

  private transient Injection injection;

  /** For JMeter, which clones elements by making new ones. */
  public LiveHeader() {
    super(AUTHORIZATION, "");
  }

  LiveHeader(Injection injection) {
    this();
    carry(injection);
  }

  /** Is the header of that sample from now on. */
  void carry(Injection next) {
    if (injection == null || injection.source != next.source) {
      setProperty(PROFILE, next.source.name());
      if (next.source.user() == null) {
        removeProperty(USER);
      } else {
        setProperty(USER, next.source.user());
      }
    }
    injection = next;
  }

  /** One call of {@code authorize}: shared by the header made for it and the header's clones. */
  static final class Injection {
    final TokenSource source;
    final TollgateException failure;
    final SampleSends sends;

    /** The JMeter thread whose sample it is: threads that download for it send its token too. */
    final long thread;

    /** {@code null} unless the sampler is of the kind that needs it. */
    final WebSocketSample webSocket;

    /** {@code null} unless the token is bound to a key. */
    final SampleProofs proved;

    /** {@code null} unless the profile names the hosts that its token may be sent to. */
    final HostBoundSample hostBound;

    /** Set once the header is in place; until then only JMeter's debug log reads it. */
    volatile boolean armed;

    Injection(
        TokenSource source,
        TollgateException failure,
        WebSocketSample webSocket,
        SampleProofs proved,
        HostBoundSample hostBound) {
      this.source = source;
      this.failure = failure;
      this.webSocket = webSocket;
      this.proved = proved;
      this.hostBound = hostBound;
      this.sends = source.flightsOfThisThread();
      this.thread = source.keyOfThisThread();
    }
  }

  /** The request of a sampler that was authorized is going to be sent once more. */
  static void sampleAgain(HTTPSamplerBase sampler) {
    HeaderManager headers = sampler.getHeaderManager();
    Header first = headers == null ? null : headers.getFirstHeaderNamed(AUTHORIZATION);
    Injection made = first instanceof LiveHeader ? ((LiveHeader) first).injection : null;
    if (made != null && made.hostBound != null) {
      made.hostBound.again();
    }
  }

  boolean isOf(Injection other) {
    return injection == other;
  }

  /**
   * Reads the token now.
   *
   * @return {@code Bearer …}, or {@code DPoP …} if it is bound to a key
   * @throws TollgateException if no token is to be had
   */
  @Override
  public String getValue() {
    Injection now = injection;
    if (now == null) {
      String profile = getPropertyAsString(PROFILE);
      if (profile.isEmpty()) {
        return "";
      }
      if (!getPropertyAsString(USER).isEmpty()) {
        throw new TollgateException(
            ErrorCode.CONFIG,
            "profile '" + profile + "': the token of a user does not travel to another JVM");
      }
      now = injection = armed(profile);
    }
    if (!now.armed || (now.webSocket != null && !now.webSocket.isUnderWay())) {
      return "";
    }
    if (now.proved != null && !now.proved.begins()) {
      return "";
    }
    if (now.hostBound != null && !now.hostBound.begins()) {
      return "";
    }
    long start = now.webSocket == null ? 0 : System.currentTimeMillis();
    try {
      Lease lease = read(now);
      SampleCredential.carries(now.source, lease);
      if (lease.isBound()) {
        proveWith(now, lease);
      }
      return lease.authorization();
    } catch (TollgateException e) {
      return withoutToken(now, e, start);
    }
  }

  /** A token that is bound to a key is worth nothing without a proof. */
  private static void proveWith(Injection now, Lease lease) {
    if (now.proved == null) {
      throw new TollgateException(
          ErrorCode.CONFIG,
          now.source.title()
              + ": there is no sampler here that a DPoP proof could be made for; authorize(sampler)"
              + " must be called where the request is sent");
    }
    now.proved.carries(lease);
  }

  private static String withoutToken(Injection now, TollgateException why, long startMillis) {
    try {
      return MissingToken.inSampler(now.source, why);
    } catch (TollgateException e) {
      throw now.webSocket == null ? e : now.webSocket.failed(e, startMillis);
    }
  }

  private static Injection armed(String profile) {
    Injection made = new Injection(TokenSources.named(profile), null, null, null, null);
    made.armed = true;
    return made;
  }

  private static Lease read(Injection now) {
    if (now.failure == null) {
      return now.source.acquireInSample(now.thread, now.sends, () -> false);
    }
    Lease lease = now.source.peek(now.thread, now.sends);
    if (lease == null) {
      throw now.failure.again();
    }
    return lease;
  }

  @Override
  public Object clone() {
    LiveHeader copy = (LiveHeader) super.clone();
    copy.injection = injection;
    return copy;
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other);
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }

  /** Names the profile; never reads the token. */
  @Override
  public String toString() {
    return AUTHORIZATION + "\t(live, profile '" + getPropertyAsString(PROFILE) + "')";
  }
}
