package io.tollgate.jmeter.http;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.jmeter.sample.SampleCredential;
import java.net.URL;
import org.apache.jmeter.protocol.http.control.Header;
import org.apache.jmeter.protocol.http.control.HeaderManager;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerBase;

/**
 * A header whose value is a {@link LiveToken}: {@code Authorization}, or what the profile names; a
 * {@code Cookie} header where a cookie has the token.
 *
 * <p>It is made for a sample, or made over for the next. JMeter merges header managers by cloning
 * them; a clone shares the token of its original. Only the profile's name travels through Java
 * serialization.
 */
public final class LiveHeader extends Header {
  private static final String AUTHORIZATION = "Authorization";

  private static final long serialVersionUID = 1L;
  private static final String PROFILE = "tollgate.profile";
  private static final String USER = "tollgate.user";

  private transient LiveToken token;

  /** Cookies of the plan's own header, {@code null} if none. */
  private transient String otherCookies;

  /** For JMeter, which clones elements by making new ones. */
  public LiveHeader() {
    super(AUTHORIZATION, "");
  }

  LiveHeader(LiveToken token) {
    this();
    carry(token);
  }

  /** Is the header of that sample from now on. */
  void carry(LiveToken next) {
    if (token == null || token.source != next.source) {
      setProperty(PROFILE, next.source.name());
      if (next.source.user() == null) {
        removeProperty(USER);
      } else {
        setProperty(USER, next.source.user());
      }
    }
    String name = next.placement.header();
    if (!getName().equals(name)) {
      setName(name);
    }
    otherCookies = null;
    token = next;
  }

  /** Sends these cookies too: a request has one Cookie header. */
  void keep(String cookies) {
    otherCookies = cookies;
  }

  /** Sends the cookies of that header too, but no token of an earlier sample. */
  void keepCookies(Header other) {
    if (other instanceof LiveHeader) {
      otherCookies = ((LiveHeader) other).otherCookies;
    } else if (other != null) {
      otherCookies = other.getValue();
    }
  }

  /** The request of a sampler that was authorized is going to be sent once more. */
  static void sampleAgain(HTTPSamplerBase sampler) {
    HeaderManager headers = sampler.getHeaderManager();
    LiveHeader live = headers == null ? null : HeaderInjection.live(headers);
    if (live != null && live.token != null) {
      live.token.sendAgain();
    }
  }

  /** Whether a request is one for a token, so that it has none of ours. */
  boolean isWithheldFrom(URL url) {
    if (token == null || !HostBoundSample.isTokenRequest(token.source, url)) {
      return false;
    }
    SampleCredential.carriesNone(token.source);
    return true;
  }

  boolean isOf(LiveToken other) {
    return token == other;
  }

  /**
   * Reads the token now.
   *
   * @return {@code Bearer …}, or what the profile says; {@code DPoP …} if it is bound to a key
   * @throws TollgateException if no token is to be had
   */
  @Override
  public String getValue() {
    LiveToken now = token;
    if (now == null) {
      String profile = getPropertyAsString(PROFILE);
      if (profile.isEmpty()) {
        return "";
      }
      if (!getPropertyAsString(USER).isEmpty()) {
        throw new TollgateException(
            ErrorCode.CONFIG,
            "profile '" + profile + "': the token of a user does not travel to another JVM");
      }
      now = token = LiveToken.ofProfile(profile);
    }
    String value = now.value();
    if (otherCookies != null) {
      return value.isEmpty()
          ? otherCookies
          : otherCookies + "; " + now.placement.headerValue(value);
    }
    return value.isEmpty() ? "" : now.placement.headerValue(value);
  }

  @Override
  public Object clone() {
    LiveHeader copy = (LiveHeader) super.clone();
    copy.token = token;
    copy.otherCookies = otherCookies;
    return copy;
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other);
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }

  /** Names the profile; never reads the token. */
  @Override
  public String toString() {
    return getName() + "\t(live, profile '" + getPropertyAsString(PROFILE) + "')";
  }
}
