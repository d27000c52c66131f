package io.tollgate.jmeter.http;

import io.tollgate.jmeter.websocket.WebSocketSample;
import org.apache.jmeter.protocol.http.control.Cookie;
import org.apache.jmeter.protocol.http.control.CookieManager;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerBase;
import org.apache.jmeter.threads.JMeterContextService;

/**
 * A cookie whose value is a {@link LiveToken}, among those of the plan's Cookie Manager: with one,
 * JMeter replaces a Cookie header by what the manager has.
 *
 * <p>The manager is the thread's and outlives the sample, so the cookie belongs to no host once the
 * sample is over.
 */
final class LiveCookie extends Cookie {
  private static final long serialVersionUID = 1L;
  private static final String UNDER_WAY = "io.tollgate.cookie";

  /** The domain of no host (RFC 2606 section 2). */
  private static final String NOWHERE = "tollgate.invalid";

  private final transient LiveToken token;
  private final transient String host;

  private LiveCookie(LiveToken token, String host) {
    super(token.placement.name(), "-", host, "/", false, 0, true, false);
    this.token = token;
    this.host = host;
  }

  /** Gives a sampler's Cookie Manager the cookie; {@code false} if it has no manager. */
  static boolean into(Object sampler, LiveToken token, String host) {
    CookieManager manager = managerOf(sampler);
    if (manager == null || host == null) {
      return false;
    }
    removeEarlier(manager);
    LiveCookie cookie = new LiveCookie(token, host);
    JMeterContextService.getContext().getSamplerContext().put(UNDER_WAY, cookie);
    manager.add(cookie);
    return true;
  }

  private static CookieManager managerOf(Object sampler) {
    return sampler instanceof HTTPSamplerBase
        ? ((HTTPSamplerBase) sampler).getCookieManager()
        : WebSocketSample.cookies(sampler);
  }

  /** JMeter replaces a cookie by one of the same host only, and the earlier ones are of no host. */
  private static void removeEarlier(CookieManager manager) {
    for (int i = manager.getCookieCount() - 1; i >= 0; i--) {
      if (manager.get(i) instanceof LiveCookie) {
        manager.remove(i);
      }
    }
  }

  private boolean isUnderWay() {
    return JMeterContextService.getContext().getSamplerContext().get(UNDER_WAY) == this;
  }

  @Override
  public String getDomain() {
    return token != null && isUnderWay() ? host : NOWHERE;
  }

  /** JMeter drops a cookie without a value when it is added. */
  @Override
  public String getValue() {
    return token == null || !token.isArmed() || !isUnderWay() ? "-" : token.value();
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other);
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }

  /** Never reads the token. */
  @Override
  public String toString() {
    return getName() + "\t(live)";
  }
}
