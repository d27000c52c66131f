package io.tollgate.jmeter.http;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.engine.OnceLog;
import io.tollgate.profile.Lease;
import io.tollgate.profile.TokenSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerBase;

/**
 * The requests of one sample whose token is bound to a key: which token went into {@code
 * Authorization}, so that the proof beside it is of that one, and where the request goes.
 *
 * <p>JMeter reads the headers in their order, {@code Authorization} first, once for each request.
 * It tells a header nothing of the request; where that goes is what the sampler says, and that is
 * so for the request of the sample itself, and when it is sent again, but not for a redirect that
 * is followed or an embedded resource. A proof for the wrong URL is worth nothing, so none is made:
 * the redirect fails and says why; embedded resources go out without token and proof.
 */
final class SampleProofs {
  private final TokenSource source;
  private final HTTPSamplerBase sampler;
  private final AtomicInteger requests = new AtomicInteger();
  private volatile Lease sent;

  SampleProofs(TokenSource source, HTTPSamplerBase sampler) {
    this.source = source;
    this.sampler = sampler;
    SentRequest.observe(sampler);
    if (sampler.getAutoRedirects()) {
      OnceLog.warn(
          "dpop automatic " + source.name(),
          source.title()
              + ": 'Redirect Automatically' sends the proof of the first URL to the next, where it"
              + " is not valid; switch redirects off and request the Location with a sampler of its"
              + " own");
    }
  }

  /**
   * A request begins, its {@code Authorization} header is read.
   *
   * @return whether a token belongs in it
   * @throws TollgateException if it goes where no proof can be made for
   */
  boolean begins() {
    requests.incrementAndGet();
    switch (hop()) {
      case EMBEDDED:
        OnceLog.warn(
            "dpop embedded " + source.name(),
            source.title()
                + ": embedded resources go out without a token: JMeter does not say where they are,"
                + " which a DPoP proof must name");
        return false;
      case REDIRECT:
        TollgateException e =
            new TollgateException(
                ErrorCode.CONFIG,
                source.title()
                    + ": a redirect is not followed with a token that is bound to a key: JMeter"
                    + " does not say where it leads, which a DPoP proof must name; switch 'Follow"
                    + " Redirects' off and request the Location with a sampler of its own");
        source.complain("a redirect", e);
        throw e;
      default:
        sent = null;
        return true;
    }
  }

  /** The token that goes along. */
  void carries(Lease lease) {
    sent = lease;
  }

  /** The proof for the token that was just read; empty where none was. */
  String proof() {
    Lease lease = sent;
    if (lease == null || hop() != RequestCause.REQUEST) {
      return "";
    }
    SentRequest observed = SentRequest.of(sampler);
    return observed == null
        ? lease.proof(sampler.getMethod(), SampleTarget.url(sampler))
        : lease.proof(observed.method(), observed.url().toString());
  }

  /** The first request of a sample is never a redirect; looking would cost each sample. */
  private RequestCause hop() {
    return requests.get() <= 1 ? RequestCause.REQUEST : RequestCause.underWay();
  }
}
