package io.tollgate.jmeter.http;

import io.tollgate.TollgateException;
import io.tollgate.jmeter.sample.FailedSample;
import io.tollgate.jmeter.websocket.WebSocketSample;
import org.apache.jmeter.samplers.Sampler;

/**
 * A {@link LiveToken} as a query parameter of the request that opens a WebSocket: put into the
 * sampler's path when the sample begins, after the timers. A message on an open connection has no
 * URL, and gets none.
 */
final class UpgradeQuery {
  private UpgradeQuery() {}

  /** Is in the sample that is about to run. */
  static void into(Sampler sampler, LiveToken token) {
    if (!WebSocketSample.opensConnection(sampler)) {
      return;
    }
    if (!FailedSample.inPlaceOf(sampler, () -> failureOf(sampler, token), 0)) {
      token.arm(); // called by hand, outside a run: there is no later moment
      put(sampler, token);
    }
  }

  private static TollgateException failureOf(Sampler sampler, LiveToken token) {
    try {
      put(sampler, token);
      return null;
    } catch (TollgateException e) {
      return e;
    }
  }

  private static void put(Sampler sampler, LiveToken token) {
    String value = token.value();
    if (!value.isEmpty()) {
      String path = WebSocketSample.path(sampler);
      WebSocketSample.setPath(sampler, LiveQuery.with(path, token.placement.name(), value));
    }
  }
}
