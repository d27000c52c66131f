package io.tollgate.jmeter.http;

import io.tollgate.engine.OnceLog;
import io.tollgate.jmeter.sample.SampleCredential;
import io.tollgate.profile.TokenSource;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The requests of one sample whose profile names the hosts that its token may be sent to.
 *
 * <p>The first request goes to the sampler's own URL, which was looked at before. Where a redirect
 * leads or an embedded resource lies JMeter does not say, only that the request is one. Nobody can
 * vouch for it then, so it goes out without the token.
 */
final class HostBoundSample {
  private final TokenSource source;
  private final String own;
  private final AtomicInteger requests = new AtomicInteger();

  /** The origin of the sampler's own URL, which is on the list. */
  HostBoundSample(TokenSource source, String own) {
    this.source = source;
    this.own = own;
  }

  /** A request begins, its {@code Authorization} header is read: whether a token belongs in it. */
  boolean begins() {
    if (requests.incrementAndGet() <= 1) {
      return true; // looking at the stack would cost each sample
    }
    RequestCause hop = RequestCause.underWay();
    if (hop == RequestCause.REQUEST) {
      return true;
    }
    source.allowedHosts().visited(own, null, false);
    SampleCredential.carriesNone(source);
    boolean redirect = hop == RequestCause.REDIRECT;
    OnceLog.warn(
        "withheld " + hop + " " + source.name(),
        source.title()
            + (redirect
                ? ": a redirect was followed without the token"
                : ": embedded resources go out without the token")
            + ": JMeter does not say where it leads, and allowed_hosts is set. If the API answers"
            + " 401 there, "
            + (redirect
                ? "switch 'Follow Redirects' off and request the Location"
                : "request what needs a token")
            + " with a sampler of its own");
    return false;
  }
}
