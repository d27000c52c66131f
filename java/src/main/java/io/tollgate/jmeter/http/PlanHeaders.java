package io.tollgate.jmeter.http;

import io.tollgate.engine.OnceLog;
import io.tollgate.profile.TokenEndpoints;
import io.tollgate.profile.TokenSource;
import java.util.Map;
import org.apache.jmeter.protocol.http.control.Header;
import org.apache.jmeter.protocol.http.control.HeaderManager;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerBase;
import org.apache.jmeter.testelement.property.TestElementProperty;
import org.apache.jmeter.threads.JMeterContextService;

/**
 * The headers that the plan gave to the HTTP sampler of the sample in progress, before an element
 * gave it the token in another manager. Left in JMeter's sampler context, for an element further
 * inside that keeps the plan's own {@code Authorization}.
 */
final class PlanHeaders {
  private static final String KEY = "io.tollgate.plan-headers";

  private final HTTPSamplerBase sampler;
  private final HeaderManager headers;

  private PlanHeaders(HTTPSamplerBase sampler, HeaderManager headers) {
    this.sampler = sampler;
    this.headers = headers;
  }

  /** Keeps what a sampler has, unless that is an element's already. */
  static void keep(HTTPSamplerBase sampler, HeaderManager now) {
    if (now != null && HeaderInjection.live(now) == null) {
      context().put(KEY, new PlanHeaders(sampler, now));
    }
  }

  /**
   * Gives a sampler back what it had, if the plan has an {@code Authorization} for it.
   *
   * @return {@code false} if the plan has none
   */
  static boolean restore(TokenSource source, HTTPSamplerBase sampler) {
    HeaderManager now = sampler.getHeaderManager();
    Object kept = context().get(KEY);
    HeaderManager own =
        kept instanceof PlanHeaders && ((PlanHeaders) kept).sampler == sampler
            ? ((PlanHeaders) kept).headers
            : now;
    if (own == null || ofPlan(source, own) == null) {
      return false;
    }
    if (own != now) {
      sampler.setProperty(new TestElementProperty(HTTPSamplerBase.HEADER_MANAGER, own));
    }
    return true;
  }

  /** What a sampler would have without any element of ours. */
  static HeaderManager of(HTTPSamplerBase sampler) {
    Object kept = context().get(KEY);
    return kept instanceof PlanHeaders && ((PlanHeaders) kept).sampler == sampler
        ? ((PlanHeaders) kept).headers
        : new HeaderManager();
  }

  /** Says once of each sampler that its own header gives way. */
  static void tellIfReplaced(TokenSource source, HTTPSamplerBase sampler, HeaderManager now) {
    Header header = now == null ? null : ofPlan(source, now);
    if (header == null) {
      return;
    }
    boolean isSent = // cookies are sent beside the token, and a token request has its own headers
        source.placement().isCookie()
            || TokenEndpoints.at(SampleTarget.perhapsTokenEndpoint(sampler)) != null;
    if (!isSent) {
      OnceLog.warn(
          "replaced " + source.name() + " " + sampler.getName(),
          source.title()
              + ": the plan's own "
              + header.getName()
              + " header of '"
              + sampler.getName()
              + "' is replaced by the token. To send it, put a Tollgate Authorization with 'Keep"
              + " the plan's own Authorization header' under that sampler");
    }
  }

  /** The plan's own header of the name that has the token, {@code null} if there is none. */
  private static Header ofPlan(TokenSource source, HeaderManager headers) {
    String name = source.placement().header();
    Header header = name == null ? null : headers.getFirstHeaderNamed(name);
    return header instanceof LiveHeader ? null : header;
  }

  private static Map<String, Object> context() {
    return JMeterContextService.getContext().getSamplerContext();
  }
}
