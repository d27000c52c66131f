package io.tollgate.tests;

import com.fasterxml.jackson.databind.JsonNode;

/** What the server counted: token requests of one client, and requests to the API. */
public final class Counts {
  private final JsonNode all;
  private final JsonNode client;
  private final JsonNode api;

  Counts(JsonNode all, String client) {
    this.all = all;
    this.client = all.path("clients").path(client);
    this.api = all.path("api");
  }

  /** The same, of another client. */
  public Counts of(String otherClient) {
    return new Counts(all, otherClient);
  }

  /** Token requests of all clients. */
  public long allTokenRequests() {
    return all.path("totals").path("token_requests").asLong();
  }

  /** Tokens of all clients. */
  public long allMinted() {
    return all.path("totals").path("minted").asLong();
  }

  /** Refresh tokens of all clients that came again after they had been rotated away. */
  public long allReused() {
    return all.path("totals").path("refresh_reused").asLong();
  }

  /** This client's API requests that were answered 200. */
  public long ownOk() {
    return client.path("api_ok").asLong();
  }

  /** This client's 401s that it could have avoided. */
  public long ownAvoidable() {
    return client.path("api_unauthorized_avoidable").asLong();
  }

  /** This client's 401s that it could not have avoided. */
  public long ownUnavoidable() {
    return client.path("api_unauthorized_unavoidable").asLong();
  }

  public long tokenRequests() {
    return client.path("token_requests").asLong();
  }

  public long minted() {
    return client.path("minted").asLong();
  }

  /** Token requests answered 429. */
  public long throttled() {
    return client.path("throttled").asLong();
  }

  /** Token requests sent inside a Retry-After that the client had been given. */
  public long insideRetryAfter() {
    return client.path("inside_retry_after").asLong();
  }

  public long suspensions() {
    return client.path("suspensions").asLong();
  }

  /** Token requests that came within 100 ms of the one before. */
  public long duplicates() {
    return client.path("duplicates_within_100ms").asLong();
  }

  /** Token requests answered 400 or 401. */
  public long rejected() {
    return client.path("rejected").asLong();
  }

  /** Token requests that an injected fault answered, or left unanswered. */
  public long faulted() {
    return client.path("faulted").asLong();
  }

  /** Token requests by a refresh token. */
  public long refreshRequests() {
    return client.path("refresh_requests").asLong();
  }

  /** Refresh tokens that were refused. */
  public long refreshRejected() {
    return client.path("refresh_rejected").asLong();
  }

  /** Refresh tokens that came again after they had been rotated away. */
  public long refreshReused() {
    return client.path("refresh_reused").asLong();
  }

  /** Logins: token requests by the password grant. */
  public long passwordRequests() {
    return client.path("password_requests").asLong();
  }

  /** The most token requests that were under way at one time. */
  public long tokenRequestsAtOnce() {
    return all.path("token_requests_at_once").asLong();
  }

  /** Distinct connections that carried token requests. */
  public long tokenConnections() {
    return all.path("token_connections").asLong();
  }

  /** Token requests whose connections were reset for lack of capacity. */
  public long tokenConnectionsDropped() {
    return all.path("token_connections_dropped").asLong();
  }

  /** API requests answered 403: the token lacks a scope. */
  public long forbidden() {
    return api.path("forbidden").asLong();
  }

  /** Distinct values of the tenant header. */
  public long tenants() {
    return api.path("tenants").asLong();
  }

  public long withoutTenant() {
    return api.path("without_tenant").asLong();
  }

  /** API requests sent inside the Retry-After of an API's 429 that the client can have known of. */
  public long apiInsideRetryAfter() {
    return api.path("inside_retry_after").asLong();
  }

  public long webSocketsOpened() {
    return api.path("ws_opened").asLong();
  }

  public long webSocketsUnauthorized() {
    return api.path("ws_unauthorized").asLong();
  }

  public long webSocketsClosedByAge() {
    return api.path("ws_closed_by_age").asLong();
  }

  public long apiRequests() {
    return api.path("requests").asLong();
  }

  public long apiOk() {
    return api.path("ok").asLong();
  }

  /** API requests without an Authorization header. */
  public long unauthenticated() {
    return api.path("unauthenticated").asLong();
  }

  /** API requests answered 401. */
  public long unauthorized() {
    return api.path("unauthorized").asLong();
  }

  /** 401s for a token whose successor had been delivered, or that had simply run out. */
  public long avoidable() {
    return api.path("unauthorized_avoidable").asLong();
  }

  /** 401s that no client could have avoided: the token died before its successor was delivered. */
  public long unavoidable() {
    return api.path("unauthorized_unavoidable").asLong();
  }

  /** API requests answered 429. */
  public long apiThrottled() {
    return api.path("throttled").asLong();
  }

  @Override
  public String toString() {
    return all.toString();
  }
}
