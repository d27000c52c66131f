package io.tollgate.profile;

import io.tollgate.TollgateException;
import io.tollgate.run.Hosts;
import io.tollgate.run.RunListener;
import io.tollgate.run.Runs;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

/** The token sources of this copy of the jar, one a profile name, for the life of the JVM. */
public final class TokenSources {
  private static final ConcurrentMap<String, TokenSource> SOURCES = new ConcurrentHashMap<>();

  static {
    Runs.listen(
        new RunListener() {
          @Override
          public void runStarted() {
            SOURCES.values().forEach(TokenSource::runChanged);
          }

          @Override
          public void runEnded(long run) {
            SOURCES.values().forEach(source -> source.logSummary(run));
          }
        });
  }

  private static volatile RunningPlan plan;

  private TokenSources() {}

  /**
   * From now on messages say of the plan what this knows.
   *
   * @param known of whatever plan runs, for the life of the JVM
   */
  public static void describePlanBy(RunningPlan known) {
    plan = known;
  }

  /** Where the plan that runs defines a profile; empty if that is not known. */
  static List<String> placesOf(String profile) {
    RunningPlan known = plan;
    return known == null ? Collections.emptyList() : known.definedBy(profile);
  }

  /** What is to be said of a profile that is not defined; {@code null} if nothing is known. */
  static String missing(String profile) {
    RunningPlan known = plan;
    return known == null ? null : known.missing(profile);
  }

  /**
   * Finds or makes the source of a profile; reads no setting and loads no library.
   *
   * @param name of the profile, not checked here
   * @return the same object for the same name
   */
  public static TokenSource named(String name) {
    TokenSource known = SOURCES.get(name);
    return known != null ? known : SOURCES.computeIfAbsent(name, TokenSource::new);
  }

  /**
   * Makes a source that fails with the given reason whenever it is used.
   *
   * @param name of the profile that messages speak of
   * @param why it cannot work
   * @return not the source of that name
   */
  public static TokenSource refused(String name, TollgateException why) {
    return new TokenSource(name, why);
  }

  /** Adds the token endpoint of each profile of this run, by name; empty if it is not known yet. */
  static void addTokenEndpoints(Map<String, String> urls) {
    for (String name : definedNames()) {
      String url = named(name).tokenEndpoint();
      if (url != null) {
        urls.put(name, url);
      }
    }
  }

  /**
   * The state of the profiles that the last run used or tried to, without their users and clients.
   * Opens nothing, logs nothing and loads no library, so it may be called at any time, between runs
   * too. The engine may take a second to answer for each token endpoint: not for Swing's thread.
   *
   * @return JSON without secrets, by profile name
   */
  public static List<String> statusesOfLastRun() {
    long last =
        SOURCES.values().stream().mapToLong(TokenSource::lastRun).max().orElse(Long.MIN_VALUE);
    return new TreeMap<>(SOURCES)
        .values().stream()
            .filter(source -> source.lastRun() == last)
            .map(source -> source.definition.lastStatus())
            .filter(Objects::nonNull)
            .collect(Collectors.toList());
  }

  /**
   * The profiles that there are: by properties, or made in code.
   *
   * @return their names
   */
  public static SortedSet<String> definedNames() {
    SortedSet<String> names = new TreeSet<>();
    for (String key : Hosts.current().properties("tollgate.profile.").keySet()) {
      int dot = key.indexOf('.');
      if (dot > 0) {
        names.add(key.substring(0, dot));
      }
    }
    SOURCES.forEach(
        (name, source) -> {
          if (source.isDefinedInCode()) {
            names.add(name);
          }
        });
    return names;
  }
}
