package io.tollgate.jmeter.http;

import io.tollgate.engine.OnceLog;
import io.tollgate.jmeter.sample.SampleCredential;
import io.tollgate.profile.ApiReport;
import io.tollgate.profile.TokenEndpoints;
import io.tollgate.profile.TokenSource;
import java.net.URL;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The requests of one sample, which have the token only where it belongs: never at a token
 * endpoint, and on allowed hosts alone if the profile names some.
 *
 * <p>Each is judged by where it goes, when its headers are read: PreProcessors that ran since may
 * have changed the sampler, and redirects and embedded resources go elsewhere. JMeter's own HTTP
 * Request is observed. Of other samplers the first request that the sample's thread sends is the
 * one that their fields name. What else they send, and where what other threads send goes, nobody
 * knows: where hosts are named it goes out without the token.
 */
final class HostBoundSample {
  private final TokenSource source;
  private final Object sampler;

  /** Whether the profile names hosts. */
  private final boolean limited;

  private final Thread thread = Thread.currentThread();
  private final AtomicInteger requests = new AtomicInteger();

  HostBoundSample(TokenSource source, Object sampler, boolean limited) {
    this.source = source;
    this.sampler = sampler;
    this.limited = limited;
    SentRequest.observe(sampler);
  }

  /** A request begins, its {@code Authorization} header is read: whether a token belongs in it. */
  boolean begins() {
    boolean isOwn = requests.incrementAndGet() == 1 && Thread.currentThread() == thread;
    SentRequest observed = SentRequest.of(sampler);
    URL url =
        observed != null
            ? observed.url()
            : isOwn ? SampleTarget.perhapsTokenEndpoint(sampler) : null;
    if (isTokenRequest(source, url)) {
      SampleCredential.carriesNone(source);
      return false;
    }
    if (!limited) {
      return true;
    }
    String to =
        observed != null
            ? ApiReport.origin(url)
            : isOwn ? SampleTarget.decidedOrigin(sampler) : null;
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

  /** Whether a request goes to a token endpoint, which is told once. */
  static boolean isTokenRequest(TokenSource source, URL url) {
    String owner = TokenEndpoints.at(url);
    if (owner == null) {
      return false;
    }
    OnceLog.info(
        "token request " + source.name() + " " + owner,
        source.title()
            + ": requests to "
            + ApiReport.origin(url)
            + url.getPath()
            + " go out without the token: that is the token endpoint of profile '"
            + owner
            + "'. A plan with Tollgate needs no token request of its own");
    return true;
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
