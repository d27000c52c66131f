package io.tollgate.adopt;

import io.tollgate.adopt.plan.PlanElement;
import io.tollgate.adopt.plan.SamplerConfig;
import java.util.Locale;

/** The URL of an HTTP Request, without its query, as its fields and the defaults say it. */
final class TokenUrl {
  private TokenUrl() {}

  /** Empty if no server is named. */
  static String of(PlanElement sampler) {
    String path = path(sampler);
    if (path.matches("(?is)https?://.*")) {
      return path;
    }
    String host = SamplerConfig.httpField(sampler, "HTTPSampler.domain");
    if (host.isEmpty()) {
      return "";
    }
    String protocol = SamplerConfig.httpField(sampler, "HTTPSampler.protocol");
    String port = SamplerConfig.httpField(sampler, "HTTPSampler.port");
    StringBuilder url = new StringBuilder();
    if (!host.matches("(?is)https?://.*")) {
      url.append(protocol.isEmpty() ? "http" : protocol).append("://");
    }
    url.append(host);
    boolean isDefaultPort =
        port.isEmpty() || (protocol.toLowerCase(Locale.ROOT).equals("https") && port.equals("443"));
    if (!isDefaultPort) {
      url.append(':').append(port);
    }
    boolean needsSlash = !path.startsWith("/") && !path.startsWith("${");
    return url.append(needsSlash ? "/" : "").append(path).toString();
  }

  /** The query of its path, empty without one. */
  static String query(PlanElement sampler) {
    String path = SamplerConfig.httpField(sampler, "HTTPSampler.path");
    int mark = path.indexOf('?');
    return mark < 0 ? "" : path.substring(mark + 1);
  }

  private static String path(PlanElement sampler) {
    String path = SamplerConfig.httpField(sampler, "HTTPSampler.path");
    int mark = path.indexOf('?');
    return mark < 0 ? path : path.substring(0, mark);
  }
}
