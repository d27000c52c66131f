package io.tollgate;

import io.tollgate.jmeter.Feedback;
import io.tollgate.jmeter.http.HeaderInjection;
import io.tollgate.profile.ApiPause;
import io.tollgate.profile.ApiReport;
import io.tollgate.profile.Lease;
import io.tollgate.profile.Pacing;
import io.tollgate.profile.TokenPlacement;
import io.tollgate.profile.TokenSource;
import io.tollgate.profile.Users;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One profile's token, shared by every thread of the JVM. Safe from any thread; get it from {@link
 * Tollgate#credential}.
 *
 * <p>Reading a token costs no network: Tollgate's own tasks fetch and refresh. A reading thread
 * waits only when there is no valid token at all, at most the profile's {@code token_timeout}, and
 * is woken by JMeter's stop and by its thread group's scheduled end.
 */
public final class Credential {
  private final TokenSource source;
  private final Users<Credential> users;
  private final Users<Credential> clients;

  Credential(TokenSource source) {
    this(source, new Users<>(), new Users<>());
  }

  /** Users of a user are users of its profile, and clients of a client those of its profile. */
  private Credential(TokenSource source, Users<Credential> users, Users<Credential> clients) {
    this.source = source;
    this.users = users;
    this.clients = clients;
  }

  /**
   * Tells the value of the header that has the token: {@code Authorization}, unless the profile
   * names another.
   *
   * <p>The string ages while the thread pauses: a header set in a PreProcessor is sent after the
   * timers. Prefer {@link #authorize} where a sampler takes one.
   *
   * @return {@code Bearer …}, valid when returned, or what the profile's {@code token_scheme} says;
   *     {@code DPoP …} if tokens are bound to a key, and then worth nothing without a proof: see
   *     {@link #headers}
   * @throws TollgateException if no token is to be had
   */
  public String authorization() {
    return source.acquire().authorization();
  }

  /**
   * Tells the headers of one request that a script sends itself: {@code Authorization}, or the
   * header or cookie that the profile names; {@code DPoP} beside it if the profile's tokens are
   * bound to a key, with a proof for that token and that request; and the profile's tenant header
   * and {@code api_header.<Name>}. Good for any profile, so that a script works with each; where
   * the token is a query parameter, put {@link #token()} into the URL.
   *
   * <p>Ask anew for each request, also for one that is sent again: a proof is good for one.
   *
   * @param method of the request, for example {@code GET}
   * @param url of the request, whole
   * @return name to value; can't be changed
   * @throws TollgateException if no token is to be had, {@code CONFIG} if a proof is needed and the
   *     URL is none
   */
  public Map<String, String> headers(String method, String url) {
    Lease lease = source.acquire();
    Map<String, String> headers = new LinkedHashMap<>();
    TokenPlacement placement = source.placement();
    if (placement.header() != null) {
      headers.put(placement.header(), placement.headerValue(lease.authorization()));
    }
    if (lease.isBound()) {
      headers.put("DPoP", lease.proof(method, url));
    }
    source.apiHeaders().forEach(header -> headers.put(header.name(), header.value()));
    return Collections.unmodifiableMap(headers);
  }

  /**
   * Tells the bare token.
   *
   * @return the token, valid when returned
   * @throws TollgateException if no token is to be had
   */
  public String token() {
    return source.acquire().token();
  }

  /**
   * Tells a bare token that lives a while longer.
   *
   * @param minRemaining the least remaining life; a token that would die earlier is refreshed first
   * @return the token
   * @throws TollgateException if no such token is to be had, {@code CONFIG} if tokens of this
   *     server do not live so long
   */
  public String token(Duration minRemaining) {
    return source.acquire(nanos(minRemaining)).token();
  }

  /**
   * The credential of one user of this profile: the profile's client, endpoint and settings, with
   * the password grant (RFC 6749 section 4.3). Each user has a token of its own; all share the
   * client's limits. Cheap to call again: equal arguments give the same object, as long as the
   * profile's credential is the same.
   *
   * @param name the user's name
   * @param password the user's password
   * @return never {@code null}, never throws: its first use fails with what is wrong
   */
  public Credential forUser(String name, String password) {
    String who = name == null ? "" : name;
    String secret = password == null ? "" : password;
    Credential known = users.find(who, secret);
    return known != null ? known : users.get(who, secret, this::userMade);
  }

  private Credential userMade(String user, String password) {
    return new Credential(source.forUser(user, password), users, clients);
  }

  /**
   * The credential of another client of this profile: the profile's endpoint, grant and settings,
   * and the profile's way to authenticate, with this id and secret. Each client has a token and
   * limits of its own: what the server says to one pauses none of the others. The profile itself
   * needs no client. Cheap to call again, as {@link #forUser} is.
   *
   * @param id the client's id
   * @param secret its secret; empty if the profile's {@code client_auth} needs none
   * @return never {@code null}, never throws: its first use fails with what is wrong
   */
  public Credential forClient(String id, String secret) {
    String who = id == null ? "" : id;
    String key = secret == null ? "" : secret;
    Credential known = clients.find(who, key);
    return known != null ? known : clients.get(who, key, this::clientMade);
  }

  private Credential clientMade(String id, String secret) {
    return new Credential(source.forClient(id, secret), new Users<>(), clients);
  }

  /**
   * Gives a sampler a live {@code Authorization} header, read when the request is sent: after the
   * timers, and anew on each redirect the sampler follows. Call it from a PreProcessor. If tokens
   * are bound to a key, a live {@code DPoP} header goes along, with a proof for each request.
   *
   * <p>Waits for a token first if there is none, outside the sample's time. If none is to be had
   * the sample fails with the reason as its message; no request goes out unauthenticated, unless
   * the profile says {@code on_token_failure=send_without}. An {@code Authorization} header of the
   * plan is replaced for this sample; the plan's own Header Managers are not touched. The profile's
   * {@code tenant_header} is set beside it, with a token or without.
   *
   * @param sampler an HTTP Request, or any sampler with a Header Manager
   * @throws TollgateException {@code CONFIG} if the sampler cannot carry headers. JMeter logs what
   *     a PreProcessor throws and runs the sampler all the same: give such a sampler {@link
   *     #authorization()} in the field it reads
   */
  public void authorize(Object sampler) {
    try {
      HeaderInjection.authorize(source, sampler);
    } catch (LinkageError e) {
      throw needsJMeter("authorize(sampler)", e);
    }
  }

  /**
   * Tells Tollgate how the API answered. Call it from a PostProcessor with {@code prev}.
   *
   * <p>A 401 invalidates exactly the token that was sent; 429, 503 with {@code Retry-After}, and
   * rate headers that say that nothing remains close the API gate. Everything else is next to free.
   * Never throws.
   *
   * @param sampleResult JMeter's {@code SampleResult}
   */
  public void report(Object sampleResult) {
    try {
      Feedback.report(source, sampleResult);
    } catch (Throwable e) {
      source.complain("report(prev)", e);
    }
  }

  /**
   * Tells Tollgate how the API answered a request another client sent. Never throws.
   *
   * @param status the HTTP status
   * @param headers the response headers: a {@code Map} of name to value or to a collection of
   *     values, or the header lines as one string, or {@code null}
   * @param token the token the request carried, bare or as {@code Bearer …} or {@code DPoP …}, or
   *     {@code null} if not known
   */
  public void report(int status, Object headers, String token) {
    try {
      source.sampleEnded();
      ApiReport.send(source, status, null, ApiReport.headers(headers), token, null, 0);
    } catch (Throwable e) {
      source.complain("report(status, headers, token)", e);
    }
  }

  /**
   * Sleeps while the API gate is closed, plus this thread's random share of the reopening; if the
   * profile's client calls several API origins, while the gate of any is closed. With {@code
   * pacing=rate_headers} it sleeps until this thread's turn, too. Ends early when JMeter stops, and
   * does not outlast the thread group's scheduled end. Never throws; the interrupt flag stays set.
   *
   * @return the milliseconds paused, 0 if the gate was open
   */
  public long pause() {
    return ApiPause.pause(source, () -> null)
        + ApiPause.pace(source, () -> null, Pacing.OF_PROFILE);
  }

  /**
   * Tells how long the API gate stays closed, without sleeping.
   *
   * @return milliseconds, 0 if it is open
   * @throws TollgateException if the profile cannot work
   */
  public long pauseMillis() {
    return ApiPause.millis(source);
  }

  /**
   * Describes the profile: state, remaining life, generation, mints by reason, throttles, waiters,
   * paused time, last error, source of each setting. Never throws.
   *
   * @return JSON without secrets
   */
  public String status() {
    return source.status();
  }

  /** Names the profile and the user; never holds a token or a password. */
  @Override
  public String toString() {
    return "Tollgate credential of " + source.title();
  }

  TokenSource source() {
    return source;
  }

  private static long nanos(Duration d) {
    try {
      return Math.max(0, d.toNanos());
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }

  private static TollgateException needsJMeter(String call, LinkageError e) {
    return new TollgateException(
        ErrorCode.CONFIG,
        call + " needs JMeter's HTTP classes (ApacheJMeter_http) on the class path: " + e,
        e);
  }
}
