package io.tollgate.tests.chaos;

import java.util.ArrayList;
import java.util.List;

/**
 * The token requests to one server as Tollgate, the proxy and the server counted them, each by
 * itself.
 *
 * @param tollgate its own counts, over all runs and profiles
 * @param listed its token requests as samples; of the last run those may be missing that ended
 *     after it
 * @param listedMinted those of them that succeeded
 * @param mayBeUnlisted how many may be missing
 * @param unconnected those that failed before there was a connection
 * @param received requests that the proxy read
 * @param answered those that the server answered
 * @param granted those that it answered with a token
 * @param delivered tokens that the proxy handed on
 * @param doubtful of those, handed on when the client may have given up
 * @param apiAnswered requests to the API that the server answered
 */
record TokenAccount(
    Target target,
    TokenCounts tollgate,
    long listed,
    long listedMinted,
    long mayBeUnlisted,
    long unconnected,
    long received,
    long answered,
    long granted,
    long delivered,
    long doubtful,
    long apiAnswered,
    ChaosServer.Counts server) {

  /** The equations that do not hold. */
  List<String> broken() {
    List<String> broken = new ArrayList<>();
    // What became of these is not known where a new secret hides the counts of the last run.
    long unlisted = Math.max(0, tollgate.requests() - listed);
    equal(
        broken,
        "token requests of Tollgate",
        tollgate.requests(),
        "those that reached the proxy and those without a connection",
        received + unconnected);
    equal(
        broken,
        "token requests of Tollgate",
        tollgate.requests(),
        "those that brought a token and those that failed",
        tollgate.minted() + tollgate.failed());
    equal(
        broken,
        "requests that the proxy had answered",
        answered,
        "token requests that the server counted",
        server.tokenRequests());
    equal(broken, "tokens seen by the proxy", granted, "tokens the server minted", server.minted());
    equal(
        broken,
        "API requests that the proxy had answered",
        apiAnswered,
        "API requests that the server counted",
        server.apiRequests());
    between(
        broken,
        "tokens that Tollgate got",
        tollgate.minted(),
        delivered - doubtful - unlisted,
        delivered);
    between(
        broken,
        "token requests as samples",
        listed,
        tollgate.requests() - mayBeUnlisted,
        tollgate.requests());
    between(
        broken,
        "tokens as samples",
        listedMinted,
        tollgate.minted() - mayBeUnlisted,
        tollgate.minted());
    equal(broken, "refresh tokens sent twice", server.reused(), "those that may be", 0);
    equal(broken, "threads that still wait for a token", tollgate.waiters(), "those that may", 0);
    if (tollgate.minted() == 0 || server.apiRequests() == 0) {
      broken.add(target + ": nothing happened");
    }
    return broken;
  }

  private void equal(List<String> broken, String what, long one, String other, long that) {
    if (one != that) {
      broken.add(target + ": " + one + " " + what + ", but " + that + " " + other);
    }
  }

  private void between(List<String> broken, String what, long count, long least, long most) {
    if (count < least || count > most) {
      broken.add(target + ": " + count + " " + what + ", not " + least + " to " + most);
    }
  }
}
