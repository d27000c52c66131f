package io.tollgate.cli.endpoint;

import io.tollgate.Credential;
import io.tollgate.ErrorCode;
import io.tollgate.Tollgate;
import io.tollgate.TollgateException;
import io.tollgate.profile.Lease;
import io.tollgate.profile.TokenSource;
import io.tollgate.profile.TokenSources;
import io.tollgate.text.JsonReader;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * One profile as clients see it: its token, with what is left of its life.
 *
 * <p>Invariant: a client comes by no other token by asking again. At the end of a token it waits
 * for the next.
 */
public final class ServedProfile {
  /**
   * With less life left than this a token is not handed out. Clients count its life from when they
   * asked and in whole seconds, so for them it ends a second early, a little more for the one that
   * waited for it; asking for the next then, they must not get the same.
   */
  private static final long LEAST_LEFT_NANOS = TimeUnit.MILLISECONDS.toNanos(1250);

  /** A token that is waited for so long lives too short a time to be handed on. */
  private static final long LONGEST_END_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final String name;
  private final TokenSource source;
  private final Credential credential;
  private final LongAdder served = new LongAdder();
  private volatile Granted granted = new Granted(null, null);

  /** The token that was served last and its scope, which is asked of the engine once a token. */
  private static final class Granted {
    final Lease lease;
    final String scope;

    Granted(Lease lease, String scope) {
      this.lease = lease;
      this.scope = scope;
    }
  }

  /**
   * Serves a profile.
   *
   * @param name of the profile
   */
  public ServedProfile(String name) {
    this.name = name;
    this.source = TokenSources.named(name);
    this.credential = Tollgate.credential(name);
  }

  String name() {
    return name;
  }

  /**
   * Why it can't be served.
   *
   * @return {@code null} if it can
   */
  public String fault() {
    Map<String, Object> status = status();
    if (status.containsKey("error")) {
      return status.get("error") + ": " + status.get("message");
    }
    return source.isBound()
        ? "profile '"
            + name
            + "': its tokens are bound to a key that does not leave this process"
            + " (dpop=true)"
        : null;
  }

  /** The answer to a client: a token or why there is none. */
  Answer token(String scopeWanted) {
    try {
      Lease lease = lease();
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("access_token", lease.token());
      body.put("token_type", "Bearer");
      body.put("expires_in", seconds(lease));
      String scope = scope(lease);
      if (scope != null) {
        if (scopeWanted != null && !scopes(scope).containsAll(scopes(scopeWanted))) {
          return Answer.error(
              400, "invalid_scope", "the tokens of profile '" + name + "' have the scope " + scope);
        }
        body.put("scope", scope);
      }
      served.increment();
      return Answer.ok(body);
    } catch (TollgateException e) {
      return failure(e);
    }
  }

  private Lease lease() {
    long start = System.nanoTime();
    while (true) {
      Lease lease = read();
      if (lease.remainingNanos() >= LEAST_LEFT_NANOS) {
        return lease;
      }
      if (System.nanoTime() - start > LONGEST_END_NANOS) {
        throw new TollgateException(
            ErrorCode.PROTOCOL, "profile '" + name + "': its tokens live for a second or less");
      }
      try {
        TimeUnit.NANOSECONDS.sleep(Math.max(0, lease.remainingNanos()) + 1_000_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TollgateException(ErrorCode.STOPPED, "profile '" + name + "': the server stops");
      }
    }
  }

  private Lease read() {
    try {
      return source.acquire();
    } finally {
      source.sampleEnded(); // what is sent with it, no one here sees
    }
  }

  private static long seconds(Lease lease) {
    return TimeUnit.NANOSECONDS.toSeconds(lease.remainingNanos());
  }

  /** What the server granted, or was asked for and did not say otherwise. */
  private String scope(Lease lease) {
    Granted known = granted;
    if (known.lease != lease) {
      Map<String, Object> status = status();
      Object named = status.get("scope");
      Object asked = JsonReader.object(status.get("granted")).get("scope_asked");
      Object scope = named == null ? asked : named;
      known = new Granted(lease, scope == null ? null : scope.toString());
      granted = known;
    }
    return known.scope;
  }

  private static Set<String> scopes(String scope) {
    return new HashSet<>(Arrays.asList(scope.trim().split(" +")));
  }

  private Answer failure(TollgateException e) {
    switch (e.getCode()) {
      case CREDENTIAL_REJECTED:
      case CONFIG:
      case PROFILE_CONFLICT:
        // Asking again changes nothing, and the client's own secret is not to blame.
        return Answer.error(400, "unauthorized_client", e.getMessage());
      case THROTTLED_UNTIL:
      case BUDGET_EXHAUSTED:
        return later(429, e);
      default:
        return later(503, e);
    }
  }

  private Answer later(int status, TollgateException e) {
    Map<String, Object> state = status();
    long wait =
        Math.max(
            millis(state.get("token_gate_ms")),
            e.getCode() == ErrorCode.BUDGET_EXHAUSTED
                ? millis(JsonReader.object(state.get("budget")).get("resets_in_ms"))
                : 0);
    long seconds = Math.max(1, (wait + 999) / 1000);
    return Answer.error(status, "temporarily_unavailable", e.getMessage())
        .with("Retry-After", Long.toString(seconds));
  }

  private static long millis(Object number) {
    return number instanceof Double ? ((Double) number).longValue() : 0;
  }

  /** The API refused a token: the same rules hold for it as for a 401 that a sampler reports. */
  void revoked(String token) {
    credential.report(401, null, token);
  }

  /** What everybody may know. */
  Map<String, Object> health() {
    Map<String, Object> status = status();
    Map<String, Object> health = new LinkedHashMap<>();
    health.put("state", status.get("state"));
    health.put("token_requests", millis(status.get("token_requests")));
    health.put("served", served.sum());
    health.put("wait_ms", millis(status.get("token_gate_ms")));
    return health;
  }

  private Map<String, Object> status() {
    return JsonReader.object(JsonReader.parse(source.status()));
  }
}
