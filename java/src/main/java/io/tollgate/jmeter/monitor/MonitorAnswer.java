package io.tollgate.jmeter.monitor;

/** What the server of the Monitor answers to one request. */
final class MonitorAnswer {
  /** Nothing is loaded, run or framed. */
  private static final String NOTHING = "default-src 'none'; frame-ancestors 'none'";

  final int status;
  final String type;
  final String body;

  /** Its {@code Content-Security-Policy}. */
  final String policy;

  private MonitorAnswer(int status, String type, String body, String policy) {
    this.status = status;
    this.type = type;
    this.body = body;
    this.policy = policy;
  }

  static MonitorAnswer of(String type, String body) {
    return new MonitorAnswer(200, type, body, NOTHING);
  }

  static MonitorAnswer text(int status, String body) {
    return new MonitorAnswer(status, "text/plain; charset=utf-8", body, NOTHING);
  }

  /** For Prometheus: its text format. */
  static MonitorAnswer metrics(String text) {
    return of("text/plain; version=0.0.4; charset=utf-8", text);
  }

  /** A page that runs its own script and asks its own server only. */
  static MonitorAnswer page(String body, String scriptHash) {
    String policy =
        "default-src 'none'; script-src 'sha256-"
            + scriptHash
            + "'; style-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'";
    return new MonitorAnswer(200, "text/html; charset=utf-8", body, policy);
  }
}
