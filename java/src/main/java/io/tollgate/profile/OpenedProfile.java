package io.tollgate.profile;

import io.tollgate.engine.Engine;
import io.tollgate.text.JsonReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongBinaryOperator;
import java.util.function.Supplier;

/**
 * What the engine answered when a profile was opened in a run, or one user of it. Users have the
 * profile's terms, so what was learned of those is one for all of them: there may be a hundred
 * thousand.
 */
final class OpenedProfile {
  final Engine engine;
  final LongBinaryOperator look;
  final long handle;
  final long run;
  final long tokenTimeoutNanos;
  final FailurePolicy policy;

  /** Sends under way, {@code null} if the profile's refreshes do not wait for them. */
  final InFlightSends flights;

  /** Whether tokens are bound to a key, so that each request needs a proof. */
  final boolean needsProofs;

  /** Where requests have the token. */
  final TokenPlacement placement;

  /** For every API request beside the token. */
  final List<ApiHeader> headers;

  /** For a first look at answers. */
  final AnswerRules rules;

  /** Whether threads spread what remains of a quota. */
  final boolean paced;

  /** Whether the engine wants to hear of every answer that reports a quota. One for all users. */
  private final AtomicBoolean wantsQuotas;

  /** Where the token may go. */
  private final PermittedOrigins permitted;

  /** Whether there are hosts at all that the token must not be sent to. */
  final boolean limitsHosts;

  /** {@code null} if one token serves all threads. */
  final LaneLeases lanes;

  /** Of a profile; sends are asked for only if they are to be counted. */
  OpenedProfile(Engine engine, long handle, long run, Supplier<InFlightSends> sends) {
    this.engine = engine;
    this.look = engine.look();
    this.handle = handle;
    this.run = run;
    Map<String, Object> traits = JsonReader.object(JsonReader.parse(engine.traits(handle)));
    this.tokenTimeoutNanos = ((Number) traits.get("token_timeout_nanos")).longValue();
    this.policy = FailurePolicy.of(text(traits, "on_token_failure"));
    this.flights = is(traits, "drains") ? sends.get() : null;
    this.needsProofs = is(traits, "bound");
    this.paced = is(traits, "paced");
    this.placement =
        new TokenPlacement(text(traits, "place"), text(traits, "name"), text(traits, "before"));
    this.rules =
        new AnswerRules(
            text(traits, "rejection_statuses"),
            text(traits, "rejection_texts"),
            text(traits, "limit_texts"));
    this.headers = headers(traits);
    this.wantsQuotas = new AtomicBoolean(paced);
    this.limitsHosts = !engine.permits(handle, "");
    this.permitted = limitsHosts ? new PermittedOrigins(engine, handle) : null;
    this.lanes = is(traits, "lanes") ? new LaneLeases(engine, handle) : null;
  }

  /** Of one user or client of a profile, which has one token whatever the profile has. */
  private OpenedProfile(OpenedProfile profile, long handle, InFlightSends flights) {
    this.engine = profile.engine;
    this.look = profile.look;
    this.handle = handle;
    this.run = profile.run;
    this.tokenTimeoutNanos = profile.tokenTimeoutNanos;
    this.policy = profile.policy;
    this.flights = flights;
    this.needsProofs = profile.needsProofs;
    this.paced = profile.paced;
    this.placement = profile.placement;
    this.rules = profile.rules;
    this.headers = profile.headers;
    this.wantsQuotas = profile.wantsQuotas;
    this.limitsHosts = profile.limitsHosts;
    this.permitted = profile.permitted;
    this.lanes = null;
  }

  /** The binding of one of its users or clients, opened under this handle. */
  OpenedProfile ofMember(long member, Supplier<InFlightSends> sends) {
    return new OpenedProfile(this, member, flights == null ? null : sends.get());
  }

  /** Whether the token may be sent there. */
  boolean permits(String origin) {
    return permitted == null || permitted.permit(origin);
  }

  private static String text(Map<String, Object> traits, String name) {
    return (String) traits.get(name);
  }

  private static boolean is(Map<String, Object> traits, String name) {
    return Boolean.TRUE.equals(traits.get(name));
  }

  private static List<ApiHeader> headers(Map<String, Object> traits) {
    List<ApiHeader> headers = new ArrayList<>();
    Map<String, Object> tenant = JsonReader.object(traits.get("tenant_header"));
    if (!tenant.isEmpty()) {
      headers.add(new ApiHeader(text(tenant, "name"), text(tenant, "value"), false));
    }
    for (Object each : (List<?>) traits.get("headers")) {
      Map<String, Object> header = JsonReader.object(each);
      headers.add(new ApiHeader(text(header, "name"), text(header, "value"), true));
    }
    return Collections.unmodifiableList(headers);
  }

  boolean wantsQuotas() {
    return wantsQuotas.get();
  }

  /** What the engine answered to a report. */
  void wantsQuotas(boolean wanted) {
    if (wantsQuotas.get() != wanted) {
      wantsQuotas.set(wanted);
    }
  }

  /** The generation in service of a handle that serves threads of this profile, 0 if none is. */
  long generation(long lane) {
    return look.applyAsLong(lane, Long.MAX_VALUE);
  }

  /** The handle that serves this thread now. */
  long laneOf(long thread) {
    return lanes == null ? handle : lanes.of(thread);
  }
}
