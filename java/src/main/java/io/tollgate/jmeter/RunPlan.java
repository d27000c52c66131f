package io.tollgate.jmeter;

import io.tollgate.adopt.profiles.PlanProfiles;
import io.tollgate.adopt.xml.NotAPlan;
import io.tollgate.engine.Log;
import io.tollgate.profile.RunningPlan;
import io.tollgate.run.Hosts;
import io.tollgate.run.Runs;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.jmeter.services.FileServer;

/**
 * The plan that runs, as the window has it or as its file says. Read when something asks, once a
 * run; a plan without a word of Tollgate is not read at all. On the injectors of a distributed test
 * and in programs that make their plans in code there is none.
 */
public final class RunPlan implements RunningPlan {
  private static final String PREFIX = "tollgate.profile.";

  /** Longer files are of plans that nobody wants to wait for. */
  private static final long LONGEST = 50_000_000;

  private static final RunPlan CURRENT = new RunPlan();

  /** What the window was about to start, {@code null} if there is no window. */
  private byte[] started;

  private long run;

  /** Of this run, {@code null} if nothing is known. */
  private PlanProfiles profiles;

  private RunPlan() {}

  /**
   * The plan of whatever run there is.
   *
   * @return the same object for the life of the JVM
   */
  public static RunPlan current() {
    return CURRENT;
  }

  /**
   * The window is about to start this plan.
   *
   * @param plan as it would be saved
   */
  public synchronized void starts(byte[] plan) {
    started = plan;
    run = -1;
  }

  /** Logs what a run would stumble over. Never throws. */
  void logMismatches() {
    for (String mismatch : mismatches()) {
      Log.error(mismatch);
    }
  }

  private List<String> mismatches() {
    PlanProfiles known = profiles();
    return known == null ? Collections.emptyList() : known.mismatches(ofProperties());
  }

  @Override
  public List<String> definedBy(String profile) {
    PlanProfiles known = profiles();
    return known == null ? Collections.emptyList() : known.definedBy(profile);
  }

  @Override
  public String missing(String profile) {
    PlanProfiles known = profiles();
    return known == null ? null : known.missing(profile, ofProperties());
  }

  private synchronized PlanProfiles profiles() {
    long now = Runs.current();
    if (run != now) {
      run = now;
      profiles = read(started);
    }
    return profiles;
  }

  private static PlanProfiles read(byte[] open) {
    try {
      byte[] plan = open == null ? file() : open;
      boolean concernsUs =
          plan != null && new String(plan, StandardCharsets.ISO_8859_1).contains("ollgate");
      return concernsUs ? PlanProfiles.of(plan) : null;
    } catch (IOException | NotAPlan | RuntimeException e) {
      return null; // JMeter has read it; for us it is a matter of better words only
    }
  }

  private static byte[] file() throws IOException {
    String name = FileServer.getFileServer().getScriptName();
    if (name == null) {
      return null;
    }
    File file = new File(FileServer.getFileServer().getBaseDir(), name);
    return file.isFile() && file.length() < LONGEST ? Files.readAllBytes(file.toPath()) : null;
  }

  /**
   * The profiles of properties.
   *
   * @return their names
   */
  public static Set<String> ofProperties() {
    Set<String> names = new TreeSet<>();
    for (String key : Hosts.current().properties(PREFIX).keySet()) {
      int dot = key.indexOf('.');
      if (dot > 0) {
        names.add(key.substring(0, dot));
      }
    }
    return names;
  }
}
