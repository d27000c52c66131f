package io.tollgate.cli;

import io.tollgate.adopt.profiles.PlanProfiles;
import io.tollgate.adopt.xml.NotAPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The plan that {@code check} is given: what its elements define and want of each other. */
final class CheckedPlan {
  private static final Pattern PROPERTY =
      Pattern.compile("\\$\\{__(?:P|property)\\(([^,){}]+)(?:,([^,){}]*))?[^){}]*\\)}");

  private final String name;
  private final PlanProfiles profiles;

  private CheckedPlan(String name, PlanProfiles profiles) {
    this.name = name;
    this.profiles = profiles;
  }

  static CheckedPlan read(String file) throws WrongUsage {
    try {
      byte[] plan = Files.readAllBytes(Settings.file(file));
      return new CheckedPlan(Settings.nameOf(file), PlanProfiles.of(plan));
    } catch (NotAPlan e) {
      throw new WrongUsage(file + " is not a plan of JMeter: " + e.getMessage());
    } catch (IOException e) {
      throw new WrongUsage(file + " can't be read: " + Settings.reason(e));
    }
  }

  String name() {
    return name;
  }

  void addTo(Report report) {
    profiles.lines().forEach(line -> report.add(Report.Mark.OK, "defines", "%s", line));
    for (String mismatch : profiles.mismatches(Settings.profiles())) {
      report.add(Report.Mark.PROBLEM, "plan", "%s", mismatch);
    }
    if (!profiles.isInUse()) {
      report.add(Report.Mark.NOTE, "plan", "nothing in this plan uses Tollgate");
    }
  }

  /** What the plan says of a profile, {@code null} if no element of it defines that. */
  Map<String, String> settings(String profile) {
    Map<String, String> found = profiles.settings(profile);
    if (found == null) {
      return null;
    }
    Map<String, String> settings = new LinkedHashMap<>();
    found.forEach((key, value) -> settings.put(key, withProperties(value)));
    return settings;
  }

  private static String withProperties(String value) {
    Matcher found = PROPERTY.matcher(value);
    StringBuffer filled = new StringBuffer();
    while (found.find()) {
      String known = System.getProperty(found.group(1).trim(), found.group(2));
      found.appendReplacement(
          filled, Matcher.quoteReplacement(known == null ? found.group() : known));
    }
    return found.appendTail(filled).toString();
  }
}
