package io.tollgate.profile;

import io.tollgate.TollgateException;
import io.tollgate.engine.Engine;
import io.tollgate.run.Runs;
import java.net.MalformedURLException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The token endpoints of all profiles of a run. A plan that still requests a token of its own must
 * not have one of ours in that request: servers answer 400 to a client that authenticates twice.
 *
 * <p>Every request of a sampler is looked up here, so what is known is kept, and made anew when a
 * profile was opened or planned since, or an issuer has named its endpoint. Without a lock as long
 * as nothing has changed: an issuer may be down for a whole run.
 */
public final class TokenEndpoints {
  /** How often a profile was opened or planned in this JVM. */
  private static final AtomicLong CHANGES = new AtomicLong();

  private static volatile Known known =
      new Known(-1, -1, Collections.emptyMap(), Collections.emptyList());

  private TokenEndpoints() {}

  /** A profile was opened or planned. */
  static void changed() {
    CHANGES.incrementAndGet();
  }

  /**
   * Whose token endpoint is there.
   *
   * @param url of a request, {@code null} if not known
   * @return the name of a profile, {@code null} if there is none
   */
  public static String at(URL url) {
    if (url == null) {
      return null;
    }
    List<Endpoint> there = current().byPath.get(url.getPath());
    if (there == null) {
      return null;
    }
    String origin = ApiReport.origin(url);
    for (Endpoint endpoint : there) {
      if (endpoint.is(origin, url.getQuery())) {
        return endpoint.profile;
      }
    }
    return null;
  }

  /**
   * Whether a request may go to one, by the text that a sampler has for its path: with or without
   * the first slash, and with or without what stands before and after it in a URL.
   *
   * @param path of a sampler
   * @return {@code false} for most, without the cost of a URL
   */
  public static boolean mayBeAt(String path) {
    for (String known : current().paths) {
      if (path.contains(known)) {
        return true;
      }
    }
    return false;
  }

  private static Known current() {
    Known now = known;
    return now.isCurrent() ? now : renewed();
  }

  private static synchronized Known renewed() {
    if (!known.isCurrent()) {
      long changes = CHANGES.get(); // before the look: what changes meanwhile is looked at again
      long run = Runs.current();
      Map<String, String> urls = new TreeMap<>();
      try {
        TokenSources.addTokenEndpoints(urls);
      } catch (RuntimeException | LinkageError e) {
        urls.clear(); // there is no engine, and so no token; the read of one says why
      }
      known = known(changes, run, urls);
    }
    return known;
  }

  private static Known known(long changes, long run, Map<String, String> urls) {
    Map<String, List<Endpoint>> byPath = new TreeMap<>();
    List<TokenSource> unnamed = new ArrayList<>();
    for (Map.Entry<String, String> one : urls.entrySet()) {
      if (one.getValue().isEmpty()) {
        unnamed.add(TokenSources.named(one.getKey()));
        continue;
      }
      try {
        URL url = new URL(one.getValue());
        Endpoint endpoint = new Endpoint(one.getKey(), ApiReport.origin(url), url.getQuery());
        byPath.computeIfAbsent(url.getPath(), path -> new ArrayList<>()).add(endpoint);
      } catch (MalformedURLException e) {
        // The engine took it for a URL, so it is one that no sampler of JMeter's can have.
      }
    }
    return new Known(changes, run, byPath, unnamed);
  }

  /** The endpoint of a profile that is open; empty as long as its issuer has not named it. */
  static String of(OpenedProfile opened) {
    return opened.engine.tokenEndpoint(opened.handle);
  }

  /**
   * The endpoint of a profile that nothing has used yet; {@code null} if its settings are wrong.
   */
  static String of(Engine engine, String name, Map<String, Map<String, String>> settings) {
    try {
      String url = engine.tokenEndpointOf(name, settings);
      return url.isEmpty() ? null : url; // once it is open, its issuer is asked
    } catch (TollgateException e) {
      return null; // that is told when the profile is used
    }
  }

  private static final class Endpoint {
    final String profile;
    private final String origin;
    private final String query;

    Endpoint(String profile, String origin, String query) {
      this.profile = profile;
      this.origin = origin;
      this.query = query;
    }

    /** With a query of its own it is one of several things at its path. */
    boolean is(String otherOrigin, String otherQuery) {
      return origin.equals(otherOrigin) && (query == null || query.equals(otherQuery));
    }
  }

  private static final class Known {
    final long changes;
    final long run;
    final Map<String, List<Endpoint>> byPath;

    /**
     * Those of {@link #byPath} without their first slash: made here, since each sample reads it.
     */
    final String[] paths;

    final List<TokenSource> unnamed;

    Known(long changes, long run, Map<String, List<Endpoint>> byPath, List<TokenSource> unnamed) {
      this.changes = changes;
      this.run = run;
      this.byPath = byPath;
      this.paths =
          byPath.keySet().stream().map(path -> path.replaceFirst("^/", "")).toArray(String[]::new);
      this.unnamed = unnamed;
    }

    boolean isCurrent() {
      return changes == CHANGES.get() && run == Runs.current() && !isOneNamed();
    }

    private boolean isOneNamed() {
      try {
        for (TokenSource source : unnamed) {
          if (!"".equals(source.tokenEndpoint())) {
            return true;
          }
        }
        return false;
      } catch (RuntimeException | LinkageError e) {
        return true; // the look that follows says nothing of it either
      }
    }
  }
}
