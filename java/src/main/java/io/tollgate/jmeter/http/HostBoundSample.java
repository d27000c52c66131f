package io.tollgate.jmeter.http;

import io.tollgate.engine.OnceLog;
import io.tollgate.jmeter.sample.SampleCredential;
import io.tollgate.profile.ApiReport;
import io.tollgate.profile.TokenSource;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The requests of one sample whose profile names the hosts that its token may be sent to.
 *
 * <p>Each is judged by where it goes, when its headers are read: PreProcessors that ran since may
 * have changed the sampler, and redirects and embedded resources go elsewhere. JMeter's own HTTP
 * Request is observed. Of other samplers the first request that the sample's thread sends is the
 * one that their fields name. What else they send, and where what other threads send goes, nobody
 * knows: it goes out without the token.
 */
final class HostBoundSample {
  private final TokenSource source;
  private final Object sampler;
  private final Thread thread = Thread.currentThread();
  private final AtomicInteger requests = new AtomicInteger();

  HostBoundSample(TokenSource source, Object sampler) {
    this.source = source;
    this.sampler = sampler;
    SentRequest.observe(sampler);
  }

  /** A request begins, its {@code Authorization} header is read: whether a token belongs in it. */
  boolean begins() {
    String to = target(requests.incrementAndGet() == 1);
    if (source.allowedHosts().permit(to)) {
      return true;
    }
    SampleCredential.carriesNone(source);
    withheld(source, to);
    return false;
  }

  /** The sampler's own request is going to be sent once more. */
  void again() {
    requests.set(0);
  }

  private String target(boolean isFirst) {
    SentRequest observed = SentRequest.of(sampler);
    if (observed != null) {
      return ApiReport.origin(observed.url());
    }
    return isFirst && Thread.currentThread() == thread ? SampleTarget.decidedOrigin(sampler) : null;
  }

  /** Counts a request that carries no token, and says once of each host that there is one. */
  static void withheld(TokenSource source, String to) {
    source.allowedHosts().visited(to, to, false);
    OnceLog.warn(
        "off the list " + source.name() + " " + to,
        source.title()
            + (to == null
                ? ": a request goes out without the token, because its sampler does not tell where"
                    + " to, and allowed_hosts is set. If the API answers 401, request what needs a"
                    + " token with an HTTP Request of its own"
                : ": requests to "
                    + to
                    + " go out without the token: it is not among allowed_hosts"));
  }
}
