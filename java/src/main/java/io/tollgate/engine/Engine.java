package io.tollgate.engine;

import io.tollgate.TollgateException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongBinaryOperator;

/**
 * The process-wide engine as this copy of the jar reaches it: {@link NativeEngine} is the native
 * library that this copy loaded, {@link ForwardedEngine} goes through the copy that loaded it.
 *
 * <p>Handles are ids the engine gave out, never addresses; a stale one is an error, not a crash.
 * All methods are safe from any thread. Only {@link #awaitEvents}, {@link #trialNews} and {@link
 * #fleetState} block.
 */
public interface Engine {
  /**
   * Tells the version the native library was built as.
   *
   * @return for example {@code 0.1.0}
   */
  String version();

  /**
   * Passes what the JVM knows of the network; applies to connections built afterwards.
   *
   * @param json proxies, see {@link JvmNetwork}
   * @param trustAnchorsDer X.509 certificates the JVM trusts, DER
   */
  void environment(String json, byte[][] trustAnchorsDer);

  /**
   * Opens a profile.
   *
   * @param profile its name
   * @param settings keys and values by their source ({@code property}, {@code element}, {@code
   *     define}); a key may come from several sources, the engine applies the precedence
   * @param redefine whether a different definition replaces one in use
   * @return a handle, greater than 0; the same one for an equal definition
   * @throws TollgateException {@code CONFIG}, {@code PROFILE_CONFLICT}
   */
  long open(String profile, Map<String, Map<String, String>> settings, boolean redefine);

  /**
   * Opens a profile for one of its users, by name and password.
   *
   * @param handle of the profile
   * @param user who
   * @param password a secret
   * @return a handle, greater than 0; the same one for equal arguments
   */
  long forUser(long handle, String user, String password);

  /**
   * Opens a profile for another client, by id and secret.
   *
   * @param handle of the profile
   * @param client its id
   * @param secret a secret
   * @return a handle, greater than 0; the same one for equal arguments
   * @throws TollgateException {@code CONFIG} if there can be no such client
   */
  long forClient(long handle, String client, String secret);

  /**
   * The hot call, as an object to keep: tells the generation of the token that is valid now. Its
   * first argument is a handle, its second until when the caller's token lives as {@link #read}
   * returned it, or {@link Long#MAX_VALUE}. The answer is 0 if no token is valid, or that moment
   * has come.
   *
   * @return the same for all handles; as fast in a copy that forwards
   */
  LongBinaryOperator look();

  /**
   * Tells whether reports of more successes would change nothing: the token is valid, and the API
   * accepted it after it had last refused it. As hot as {@link #look}.
   *
   * @param handle of the profile
   * @param generation of the token
   * @return {@code false} for any other token
   */
  boolean isAccepted(long handle, long generation);

  /**
   * Asks for the token.
   *
   * @param handle of the profile
   * @param minRemainingNanos the least remaining life the caller accepts
   * @param waitedNanos how long the caller has waited so far; 0 on its first call
   * @param limitNanos how long the caller is ready to wait in all; negative: the profile's limit
   * @param flight names the send the token is for, where the profile counts them; 0: none
   * @return {@code null}: keep waiting
   * @throws TollgateException once the outcome is known
   */
  ServedToken read(
      long handle, long minRemainingNanos, long waitedNanos, long limitNanos, long flight);

  /**
   * Makes the value of the {@code DPoP} header of one API request (RFC 9449).
   *
   * @param handle of the profile
   * @param generation of the token that goes along
   * @param method of the request
   * @param url of the request, whole
   * @return good for that request alone
   * @throws TollgateException {@code CONFIG} if the profile's tokens are bound to no key, or the
   *     URL is none
   */
  String proof(long handle, long generation, String method, String url);

  /**
   * Tells that a send is over, whatever became of it.
   *
   * @param handle of the profile
   * @param flight as given to {@link #read}
   */
  void ended(long handle, long flight);

  /**
   * Accounts one finished wait: exactly once after reads of which at least one said "keep waiting".
   *
   * @param handle of the profile
   * @param nanos how long the thread waited
   */
  void waited(long handle, long nanos);

  /**
   * Tells how the API answered a request.
   *
   * @param handle of the profile
   * @param status the HTTP status
   * @param origin {@code scheme://host:port}, or {@code null}
   * @param responseHeaders header lines, {@code null} if there are none
   * @param body its start, where it may say more than the status; may be {@code null}
   * @param finding what an element of the plan found: 0 nothing, 1 a rejection, 2 a limit
   * @param authorizationSent the recorded header value or a bare token, or {@code null}
   * @param stamp of the token that the live header gave out; 0 if not known
   * @param agoNanos how long ago the request was sent; 0 if not known
   * @return whether answers that report a quota are to be told from now on, whatever else they say
   */
  boolean report(
      long handle,
      int status,
      String origin,
      String responseHeaders,
      String body,
      int finding,
      String authorizationSent,
      long stamp,
      long agoNanos);

  /**
   * Gives the caller its turn, so that what remains of an origin's quotas lasts to their reset.
   *
   * @param handle of the profile
   * @param origin {@code scheme://host:port}, {@code null} if not known
   * @param waited nanoseconds that the caller has waited for this turn
   * @return nanoseconds after which it may send; negative: as many after which to ask again
   */
  long pace(long handle, String origin, long waited);

  /**
   * Tells how long the API gate of an origin stays closed.
   *
   * @param handle of the profile
   * @param origin {@code scheme://host:port}; {@code null}: whichever stays closed longest
   * @param spread whether to add this caller's random share of the reopening
   * @return nanoseconds, 0 if the gate is open
   */
  long pauseNanos(long handle, String origin, boolean spread);

  /**
   * Accounts time a thread really paused.
   *
   * @param handle of the profile
   * @param nanos how long
   */
  void paused(long handle, long nanos);

  /**
   * Describes the profile's state.
   *
   * @param handle of the profile
   * @return JSON without secrets
   */
  String status(long handle);

  /**
   * Tells where the token requests of a profile go.
   *
   * @param handle of the profile
   * @return a URL; empty as long as its issuer has not said so
   */
  String tokenEndpoint(long handle);

  /**
   * Tells where the token requests of a profile would go that is not opened.
   *
   * @param profile its name
   * @param settings as of {@link #open}
   * @return a URL; empty if an issuer is to say so
   * @throws TollgateException {@code CONFIG}
   */
  String tokenEndpointOf(String profile, Map<String, Map<String, String>> settings);

  /**
   * Reads what the store of a profile has of its clients. Asks no token server and writes nothing.
   * Blocks while the store answers, seconds at most.
   *
   * @param profile its name
   * @param settings as of {@link #open}
   * @param triesRights also whether the store's user may do what injectors do
   * @return JSON without secrets: {@code store}, {@code null} if the profile has none; {@code
   *     problems}, sentences with what to check; and what was found
   * @throws TollgateException {@code CONFIG}
   */
  String fleetState(String profile, Map<String, Map<String, String>> settings, boolean triesRights);

  /**
   * Begins a trial: one token request with these settings, apart from all profiles. Whatever comes
   * of it is forgotten with it, but for the wait that the server names.
   *
   * @param profile the name that messages speak of
   * @param settings as of {@link #open}
   * @return names the trial, until {@link #forgetTrial}
   * @throws TollgateException {@code CONFIG}
   */
  long tryOut(String profile, Map<String, Map<String, String>> settings);

  /**
   * Tells what a trial did since.
   *
   * @param trial as {@link #tryOut} named it
   * @param after the number of the last entry that was read, 0 for none
   * @param waitMillis blocks at most this long while there is nothing
   * @return the state as of {@link #status} once there is a token, empty before; then as of {@link
   *     #journal}
   * @throws TollgateException why no token came, once everything else was told
   */
  String[] trialNews(long trial, long after, long waitMillis);

  /**
   * Forgets a trial; one that goes on ends.
   *
   * @param trial as {@link #tryOut} named it
   */
  void forgetTrial(long trial);

  /**
   * Tells that a run began. Repeating the same id changes nothing.
   *
   * @param runId not 0
   */
  void runStarted(long runId);

  /** Tells that the run ended. */
  void runEnded();

  /**
   * Writes a profile's line for the end of the run.
   *
   * @param handle of the profile
   * @param reads how often a token was read on the Java side
   * @return one line
   */
  String summary(long handle, long reads);

  /**
   * Waits for something to tell.
   *
   * @param timeoutMillis blocks at most this long
   * @return lines {@code WAKE <handle>}, {@code ERROR|WARN|INFO <text>}; empty on time-out
   */
  String[] awaitEvents(long timeoutMillis);

  /**
   * Lists the engine's error codes.
   *
   * @return the names {@link io.tollgate.ErrorCode} must mirror
   */
  String[] errorCodes();

  /**
   * Tells what the Java side must know of a profile.
   *
   * @param handle of the profile
   * @return JSON: {@code token_timeout_nanos}, which a caller waits for a token; {@code
   *     on_token_failure}, what a sample does without one ({@code fail_sample}, {@code
   *     send_without}, {@code stop_thread} or {@code stop_test}); {@code drains}, whether sends are
   *     counted; {@code lanes}, whether threads are to be steered; {@code bound}, whether tokens
   *     are bound to a key; {@code paced}, whether threads are; {@code place} ({@code header},
   *     {@code cookie}, {@code query}), {@code name} and {@code before}: where the token goes and
   *     what stands before it; {@code rejection_statuses}, {@code rejection_texts} and {@code
   *     limit_texts} as their settings are written; {@code tenant_header} with {@code name} and
   *     {@code value}, or {@code null}; {@code headers}, the others of every API request. A secret
   */
  String traits(long handle);

  /**
   * Tells which lane of a profile serves a thread now. A lane is a handle like any other, for all
   * calls about that thread's tokens.
   *
   * @param handle of the profile
   * @param thread as the program names it, equal in each of its loops
   * @return the same while nothing changes; the handle itself if the profile has one lane
   */
  long steer(long handle, long thread);

  /**
   * Tells whether a profile's token may be sent to a host: the setting {@code allowed_hosts}.
   *
   * @param handle of the profile
   * @param origin {@code scheme://host:port}, or empty if not known
   * @return {@code true} for every origin, the empty one too, if the profile does not limit them
   */
  boolean permits(long handle, String origin);

  /**
   * Tells where a request of a sample went, other than to the sampler's own URL.
   *
   * @param handle of the profile
   * @param own origin that the sample was meant for
   * @param to origin that the request went to, empty if not known
   * @param carried {@code true} if the token went along, {@code false} if it was withheld
   * @return whether the token went where it had no business to be
   */
  boolean visited(long handle, String own, String to, boolean carried);

  /**
   * Reads what the engine did. Takes nothing away, so that each reader keeps a place of its own.
   *
   * @param after the number of the last entry that was read, 0 for none
   * @param most how many entries at most
   * @return a line of the journal itself ({@code lost}, {@code last}, {@code at}, {@code grows}),
   *     then its entries, oldest first; each {@code key=value} with tabs between
   */
  String[] journal(long after, int most);

  /**
   * The future that completes when the profile's state next changes. Take it before {@link #read},
   * so that no change in between is missed.
   *
   * @param handle of the profile
   * @return shared by all waiters of the profile; must not be completed by them
   */
  CompletableFuture<Void> wake(long handle);
}
