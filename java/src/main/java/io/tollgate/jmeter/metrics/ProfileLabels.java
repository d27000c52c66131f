package io.tollgate.jmeter.metrics;

import java.util.HashSet;
import java.util.Set;

/**
 * Names of profiles as values of a label. A script may define any number of profiles, and each
 * value of a label is a time series for ever: the first hundred have their own, all others one.
 */
final class ProfileLabels {
  /** No profile is called that. */
  static final String OTHERS = "(others)";

  private static final int MOST = 100;

  private final Set<String> named = new HashSet<>();

  /** The value for a profile; the same for the life of the JVM. */
  synchronized String of(String profile) {
    if (named.size() < MOST) {
      named.add(profile);
    }
    return named.contains(profile) ? profile : OTHERS;
  }
}
