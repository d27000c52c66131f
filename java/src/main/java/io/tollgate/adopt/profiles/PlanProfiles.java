package io.tollgate.adopt.profiles;

import io.tollgate.adopt.plan.ElementKind;
import io.tollgate.adopt.plan.Plan;
import io.tollgate.adopt.plan.PlanElement;
import io.tollgate.adopt.plan.PlanVariables;
import io.tollgate.adopt.xml.NotAPlan;
import io.tollgate.adopt.xml.XmlFile;
import io.tollgate.adopt.xml.XmlNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which profiles a plan defines and where, and which element wants which. Names that only a run
 * knows are left out: nobody can say here whether they are right.
 */
public final class PlanProfiles {
  private static final String PROFILE = "CredentialConfig.profile";
  private static final String SETTING = "setting.";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");

  /** Elements with a field for the profile whose token they give. */
  private static final String AUTHORIZATION = "AuthorizationPreProcessor";

  /** Elements whose blank field means the profile of the sample. */
  private static final Set<String> OF_SAMPLE =
      new HashSet<>(Arrays.asList("BackoffTimer", "FeedbackPostProcessor"));

  private static final Pattern DEFINED_IN_SCRIPT =
      Pattern.compile("Tollgate\\s*\\.\\s*(?:re)?define\\s*\\((?:\\s*['\"]([^'\"$]+)['\"])?");
  private static final Pattern WANTED_IN_SCRIPT =
      Pattern.compile("Tollgate\\s*\\.\\s*credential\\s*\\(\\s*['\"]([^'\"$]+)['\"]");
  private static final Pattern WANTED_BY_FUNCTION =
      Pattern.compile("\\$\\{__tollgate\\(\\s*([^,)${}]*)");

  /** What a Credential defines. */
  static final class Definition {
    final String path;
    final String name;
    final boolean enabled;
    final Map<String, String> settings;

    Definition(String path, String name, boolean enabled, Map<String, String> settings) {
      this.path = path;
      this.name = name;
      this.enabled = enabled;
      this.settings = settings;
    }
  }

  /** What an element wants; the name is empty if it leaves the choice to Tollgate. */
  static final class Want {
    final String path;
    final String name;

    Want(String path, String name) {
      this.path = path;
      this.name = name;
    }
  }

  private final List<Definition> definitions = new ArrayList<>();
  private final List<Want> wants = new ArrayList<>();
  private final Set<String> ofScripts = new TreeSet<>();

  /** Whether something that nobody reads here may define profiles too. */
  private boolean mayDefineMore;

  private final PlanVariables variables;

  private PlanProfiles(Plan plan) {
    variables = new PlanVariables(plan);
    plan.root().walk(this::add);
  }

  /**
   * Reads a plan.
   *
   * @param bytes a JMX file
   * @return what it says of profiles
   * @throws NotAPlan if the bytes are none
   */
  public static PlanProfiles of(byte[] bytes) throws NotAPlan {
    return new PlanProfiles(Plan.of(XmlFile.of(bytes)));
  }

  private void add(PlanElement element) {
    if (element.kind() == ElementKind.TOLLGATE && element.type().equals("CredentialConfig")) {
      addDefinition(element);
    }
    if (!element.isEnabled()) {
      return;
    }
    if (element.kind() == ElementKind.TOLLGATE) {
      addField(element);
    }
    boolean isInFile =
        element.kind() == ElementKind.SCRIPT && !element.value("filename").trim().isEmpty();
    mayDefineMore |= isInFile || element.type().equals("IncludeController");
    for (XmlNode text : element.texts()) {
      addText(element, text.text());
    }
  }

  private void addDefinition(PlanElement element) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (XmlNode each : element.node().children()) {
      String key = each.attribute("name");
      if (key.startsWith(SETTING) && !each.text().trim().isEmpty()) {
        settings.put(key.substring(SETTING.length()), each.text());
      }
    }
    String name = variables.resolved(element.value(PROFILE)).trim();
    definitions.add(new Definition(element.path(), name, element.isEnabled(), settings));
  }

  private void addField(PlanElement element) {
    String name = variables.resolved(element.value("profile")).trim();
    boolean isSet = !name.isEmpty();
    if (element.type().equals(AUTHORIZATION) || isSet && OF_SAMPLE.contains(element.type())) {
      addWant(element, name);
    }
  }

  private void addText(PlanElement element, String text) {
    if (!text.contains("ollgate")) {
      return; // neither a call of Tollgate nor its function
    }
    for (Matcher defined = DEFINED_IN_SCRIPT.matcher(text); defined.find(); ) {
      if (defined.group(1) == null) {
        mayDefineMore = true;
      } else {
        ofScripts.add(defined.group(1));
      }
    }
    for (Pattern wanted : new Pattern[] {WANTED_IN_SCRIPT, WANTED_BY_FUNCTION}) {
      for (Matcher found = wanted.matcher(text); found.find(); ) {
        String name = found.group(1).trim();
        if (!name.isEmpty()) {
          addWant(element, name);
        }
      }
    }
  }

  private void addWant(PlanElement element, String name) {
    if (!name.contains("${")) {
      wants.add(new Want(element.path(), name));
    }
  }

  /**
   * Where a profile is defined.
   *
   * @param profile its name
   * @return the paths of the enabled elements that do, in the order of the plan
   */
  public List<String> definedBy(String profile) {
    List<String> paths = new ArrayList<>();
    for (Definition one : definitions) {
      if (one.enabled && one.name.equals(profile)) {
        paths.add(one.path);
      }
    }
    return paths;
  }

  /**
   * Whether the plan has anything to do with Tollgate.
   *
   * @return {@code false} if nothing can be wrong
   */
  public boolean isInUse() {
    return !definitions.isEmpty() || !wants.isEmpty();
  }

  /**
   * What an element says of a profile.
   *
   * @param profile its name
   * @return its settings, {@code null} if no enabled element defines it
   */
  public Map<String, String> settings(String profile) {
    for (Definition one : definitions) {
      if (one.enabled && one.name.equals(profile)) {
        Map<String, String> settings = new LinkedHashMap<>();
        one.settings.forEach((key, value) -> settings.put(key, variables.resolved(value)));
        return settings;
      }
    }
    return null;
  }

  /**
   * The profiles that enabled elements define.
   *
   * @return their names, in order
   */
  public Set<String> defined() {
    Set<String> names = new TreeSet<>();
    for (Definition one : definitions) {
      if (one.enabled && !one.name.isEmpty() && !one.name.contains("${")) {
        names.add(one.name);
      }
    }
    return names;
  }

  /**
   * Says of a profile that is not defined who wants it, and what there is.
   *
   * @param profile its name
   * @param ofProperties names that properties define
   * @return a sentence or more
   */
  public String missing(String profile, Set<String> ofProperties) {
    List<String> wanting = new ArrayList<>();
    for (Want want : wants) {
      if (want.name.equals(profile) && !wanting.contains(quoted(want.path))) {
        wanting.add(quoted(want.path));
      }
    }
    String who =
        wanting.isEmpty()
            ? ""
            : String.join(" and ", wanting) + " want" + (wanting.size() == 1 ? "s" : "") + " it. ";
    return who + whatThereIs(profile, ofProperties);
  }

  /** What is defined where a wanted name is not. */
  private String whatThereIs(String profile, Set<String> ofProperties) {
    List<String> disabled = new ArrayList<>();
    for (Definition one : definitions) {
      if (!one.enabled && one.name.equals(profile)) {
        disabled.add(quoted(one.path));
      }
    }
    if (!disabled.isEmpty()) {
      return String.join(" and ", disabled) + " would define it, but is disabled: enable it";
    }
    if (!NAME.matcher(profile).matches()) {
      return "A profile's name has letters, digits, _ and - only";
    }
    Set<String> names = known(ofProperties);
    if (names.isEmpty()) {
      return "This plan defines no profile: add a Tollgate Credential with the profile name "
          + profile;
    }
    List<String> each = new ArrayList<>();
    for (String name : names) {
      List<String> paths = definedBy(name);
      each.add("'" + name + "'" + (paths.isEmpty() ? "" : " (" + paths.get(0) + ")"));
    }
    List<String> near = NearNames.of(profile, names);
    return "Defined "
        + (names.size() == 1 ? "is " : "are ")
        + String.join(", ", each)
        + (near.isEmpty() ? "" : ": did you mean '" + near.get(0) + "'?");
  }

  private Set<String> known(Set<String> ofProperties) {
    Set<String> names = new TreeSet<>(ofProperties);
    names.addAll(ofScripts);
    names.addAll(defined());
    return names;
  }

  private static String quoted(String path) {
    return "'" + path + "'";
  }

  /**
   * What a run would stumble over: wants without a definition, definitions that are none or
   * contradict each other.
   *
   * @param ofProperties names that properties define
   * @return a sentence each, in the order of the plan; empty if all is well
   */
  public List<String> mismatches(Set<String> ofProperties) {
    List<String> found = new ArrayList<>();
    Set<String> told = new HashSet<>();
    boolean namesAreKnown = !mayDefineMore;
    for (Definition one : definitions) {
      if (one.enabled) {
        namesAreKnown &= !one.name.contains("${");
        addMistake(one, told, found);
      }
    }
    if (!namesAreKnown) {
      return found; // one that a run knows may be the one that is wanted
    }
    Set<String> names = known(ofProperties);
    for (Want want : wants) {
      String mistake = mistake(want, names, ofProperties);
      if (mistake != null && told.add(want.path + "\n" + want.name)) {
        found.add(quoted(want.path) + " " + mistake);
      }
    }
    return found;
  }

  private void addMistake(Definition one, Set<String> told, List<String> found) {
    if (one.name.contains("${")) {
      return;
    }
    if (!NAME.matcher(one.name).matches()) {
      found.add(
          quoted(one.path)
              + (one.name.isEmpty()
                  ? " has no profile name: fill it in"
                  : " has the profile name '"
                      + one.name
                      + "', which is none: use letters, digits, _ and - only"));
      return;
    }
    for (Definition other : definitions) {
      boolean differs =
          other != one
              && other.enabled
              && other.name.equals(one.name)
              && !other.settings.equals(one.settings);
      if (differs && told.add(one.name)) {
        found.add(
            quoted(one.path)
                + " and "
                + quoted(other.path)
                + " define profile '"
                + one.name
                + "' with other settings ("
                + String.join(", ", differing(one.settings, other.settings))
                + "): disable one, make them equal, or give one another profile name");
      }
    }
  }

  private static Set<String> differing(Map<String, String> one, Map<String, String> other) {
    Set<String> keys = new TreeSet<>(one.keySet());
    keys.addAll(other.keySet());
    keys.removeIf(key -> one.containsKey(key) && one.get(key).equals(other.get(key)));
    return keys;
  }

  private String mistake(Want want, Set<String> names, Set<String> ofProperties) {
    if (!want.name.isEmpty()) {
      return names.contains(want.name)
          ? null
          : "wants profile '"
              + want.name
              + "', which is not defined. "
              + whatThereIs(want.name, ofProperties);
    }
    if (names.isEmpty()) {
      return "has no profile, and there is none: add a Tollgate Credential";
    }
    return names.size() == 1 || names.contains("default")
        ? null
        : "has no profile, there are several ("
            + String.join(", ", names)
            + ") and none is called 'default': fill in Profile";
  }

  /**
   * What the plan wants and defines, for those who look at it.
   *
   * @return a line for each enabled definition
   */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Definition one : definitions) {
      if (one.enabled) {
        lines.add("profile '" + one.name + "': " + one.path);
      }
    }
    return Collections.unmodifiableList(lines);
  }
}
