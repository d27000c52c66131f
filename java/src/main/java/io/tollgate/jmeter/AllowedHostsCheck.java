package io.tollgate.jmeter;

import io.tollgate.engine.OnceLog;
import io.tollgate.jmeter.http.SampleTarget;
import io.tollgate.jmeter.sample.SentToken;
import io.tollgate.profile.ApiReport;
import io.tollgate.profile.TokenSource;
import java.net.URL;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerBase;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.samplers.Sampler;
import org.apache.jmeter.threads.JMeterContextService;

/**
 * Looks where a token went: JMeter sends a sampler's headers along to wherever a redirect leads and
 * to every host that a page has pictures on, and passes no URL on. The results of the hops have it,
 * when it is too late for that one; so it is counted, and warned of once for each host.
 */
final class AllowedHostsCheck {
  private AllowedHostsCheck() {}

  /**
   * Looks through a result and what it is made of. Nearly all have one request and cost nothing.
   */
  static void of(TokenSource source, SampleResult result) {
    SampleResult[] hops = result.getSubResults();
    if (hops.length > 0) {
      URL own = first(result).getURL();
      look(source, own, result);
      return;
    }
    Sampler sampler = JMeterContextService.getContext().getCurrentSampler();
    if (sampler instanceof HTTPSamplerBase && ((HTTPSamplerBase) sampler).getAutoRedirects()) {
      one(source, SampleTarget.decidedOrigin(sampler), result);
    }
  }

  /** The request of the sampler's own URL comes first, however often it is wrapped. */
  private static SampleResult first(SampleResult result) {
    SampleResult found = result;
    while (found.getSubResults().length > 0) {
      found = found.getSubResults()[0];
    }
    return found;
  }

  private static void look(TokenSource source, URL own, SampleResult result) {
    SampleResult[] hops = result.getSubResults();
    if (hops.length == 0) {
      one(source, ApiReport.origin(own), result);
    }
    for (SampleResult hop : hops) {
      look(source, own, hop);
    }
  }

  private static void one(TokenSource source, String own, SampleResult hop) {
    String to = ApiReport.origin(hop.getURL());
    if (own == null || to == null || own.equals(to)) {
      return;
    }
    String sent = SentToken.in(hop, source.placement());
    if (sent == null || sent.isEmpty() || !source.allowedHosts().visited(own, to, true)) {
      return;
    }
    OnceLog.warn(
        "stray " + source.name() + " " + to,
        source.title()
            + ": a redirect or an embedded resource took the token from "
            + own
            + " to "
            + to
            + ". If it has no business there, set allowed_hosts, or switch off 'Follow Redirects'"
            + " or 'Retrieve All Embedded Resources'");
  }
}
