package io.tollgate.profile;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the elements of a plan say of one profile in one run. Equal elements are one definition; two
 * that differ are none, because which of them is met first would be chance: then every use of the
 * profile in that run fails with the conflict.
 */
final class PlanDefinition {
  final long run;

  /** Whether the profile was opened in this run before its element was heard. */
  final boolean late;

  /** Keys and values, secrets among them. */
  final Map<String, String> settings;

  /** {@code null} if there is none. */
  final TollgateException conflict;

  private final String element;

  PlanDefinition(long run, boolean late, String element, Map<String, String> settings) {
    this(run, late, element, settings, null);
  }

  private PlanDefinition(
      long run,
      boolean late,
      String element,
      Map<String, String> settings,
      TollgateException conflict) {
    this.run = run;
    this.late = late;
    this.element = element;
    this.settings = settings;
    this.conflict = conflict;
  }

  /** This and what another element of the same run says; the same object if they are equal. */
  PlanDefinition and(String profile, String other, Map<String, String> wanted) {
    if (conflict != null || settings.equals(wanted)) {
      return this;
    }
    Set<String> keys = new TreeSet<>(settings.keySet());
    keys.addAll(wanted.keySet());
    keys.removeIf(key -> settings.containsKey(key) && settings.get(key).equals(wanted.get(key)));
    return new PlanDefinition(
        run,
        late,
        element,
        settings,
        new TollgateException(
            ErrorCode.PROFILE_CONFLICT,
            "profile '"
                + profile
                + "' is defined by two Tollgate Credential elements of this plan, "
                + places(profile, other)
                + ", with other settings ("
                + String.join(", ", keys)
                + "); disable one, make them equal, or give one another profile name"));
  }

  /** Two elements often have the same name: where they stand in the tree tells them apart. */
  private String places(String profile, String other) {
    List<String> paths = TokenSources.placesOf(profile);
    return paths.size() < 2
        ? "'" + element + "' and '" + other + "'"
        : "'" + String.join("' and '", paths) + "'";
  }
}
