package io.tollgate.tests.failures;

import io.tollgate.tests.AuthServer;
import io.tollgate.tests.JMeterRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One who plays a story.
 *
 * @param key names the directory of its files
 * @param title heads its column
 * @param plan the plan's file, without {@code .jmx}
 * @param load JMeter properties that differ from the story's load.properties
 * @param flags of the server, in addition to the story's
 * @param jvm options of JMeter's JVM
 * @param incident what happens during its run
 * @param endsAfterIncident whether the run is ended then, and not by its own duration
 */
record Column(
    String key,
    String title,
    String plan,
    Map<String, String> load,
    List<String> flags,
    List<String> jvm,
    Incident incident,
    boolean endsAfterIncident) {
  /** In seconds; what ends by itself after so long has failed to do what it was to do. */
  private static final int LONGEST = 150;

  /** Something that befalls server or client while the load runs. */
  interface Incident {
    void happens(AuthServer server, JMeterRun run);
  }

  /** The plan as people meet it. */
  static Column failure() {
    return new Column("failure", "as people meet it", "failure");
  }

  /** The plan with the forum's answer. */
  static Column forum() {
    return new Column("forum", "forum answer", "forum");
  }

  /** The plan with Tollgate. */
  static Column tollgate() {
    return new Column("tollgate", "Tollgate", "tollgate");
  }

  private Column(String key, String title, String plan) {
    this(key, title, plan, Map.of(), List.of(), List.of(), (server, run) -> {}, false);
  }

  /** The same plan as a column of its own. */
  Column named(String otherKey, String otherTitle) {
    return new Column(otherKey, otherTitle, plan, load, flags, jvm, incident, endsAfterIncident);
  }

  /** With another plan of the story. */
  Column plan(String otherPlan) {
    return new Column(key, title, otherPlan, load, flags, jvm, incident, endsAfterIncident);
  }

  Column with(String property, Object value) {
    Map<String, String> more = new LinkedHashMap<>(load);
    more.put(property, value.toString());
    return new Column(key, title, plan, more, flags, jvm, incident, endsAfterIncident);
  }

  Column flag(String... more) {
    return new Column(
        key, title, plan, load, joined(flags, more), jvm, incident, endsAfterIncident);
  }

  Column jvm(String... more) {
    return new Column(
        key, title, plan, load, flags, joined(jvm, more), incident, endsAfterIncident);
  }

  Column during(Incident what) {
    return new Column(key, title, plan, load, flags, jvm, what, false);
  }

  /**
   * The run ends once this has happened: on a busy machine it takes longer, and does not end before
   * it has shown what it is to show.
   */
  Column until(Incident what) {
    return new Column(key, title, plan, load, flags, jvm, what, true).with("duration", LONGEST);
  }

  private static List<String> joined(List<String> some, String... more) {
    List<String> all = new ArrayList<>(some);
    all.addAll(Arrays.asList(more));
    return all;
  }
}
