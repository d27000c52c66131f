package io.tollgate.jmeter.elements;

import io.tollgate.engine.Log;
import io.tollgate.jmeter.JMeterRunListener;
import io.tollgate.profile.TokenSources;
import io.tollgate.run.JvmEngine;
import io.tollgate.run.Runs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.jmeter.config.ConfigTestElement;
import org.apache.jmeter.engine.util.NoConfigMerge;
import org.apache.jmeter.testelement.TestStateListener;
import org.apache.jmeter.testelement.property.JMeterProperty;
import org.apache.jmeter.testelement.property.PropertyIterator;

/**
 * Tollgate Credential: a profile that is defined in the plan. Its settings go to the engine when a
 * run starts, before any thread does and before any element is told, whose fields may hold a token;
 * they hold for that run, and properties beat them.
 *
 * <p>Only what is filled in is kept and passed on. It is never merged into samplers: the secret
 * would be copied into each of them. Nothing is ever thrown at the start of a run, because JMeter
 * then does not run the test at all, and ends as if all were well.
 */
public final class CredentialConfig extends ConfigTestElement
    implements NoConfigMerge, TestStateListener {
  private static final long serialVersionUID = 1L;

  /** Names in plan files: frozen. */
  private static final String PROFILE = "CredentialConfig.profile";

  private static final String SETTING = "setting.";

  /** The run whose start elements have been told: what is made of elements since is for threads. */
  private static volatile long toldRun;

  /** The run that has this element's settings. */
  private transient long definedRun;

  /** For JMeter. */
  public CredentialConfig() {
    JMeterRunListener.expectUse();
  }

  /**
   * The name of the profile.
   *
   * @return empty if none was given
   */
  public String getProfile() {
    return getPropertyAsString(PROFILE).trim();
  }

  /**
   * Names the profile.
   *
   * @param profile letters, digits, {@code _} and {@code -}
   */
  public void setProfile(String profile) {
    setProperty(PROFILE, profile);
  }

  /**
   * Tells the settings that are filled in.
   *
   * @return keys and values, secrets among them; can be changed without effect here
   */
  public Map<String, String> getSettings() {
    Map<String, String> settings = new LinkedHashMap<>();
    PropertyIterator properties = propertyIterator();
    while (properties.hasNext()) {
      JMeterProperty property = properties.next();
      String value = property.getStringValue();
      if (property.getName().startsWith(SETTING) && value != null && !value.trim().isEmpty()) {
        settings.put(property.getName().substring(SETTING.length()), value);
      }
    }
    return settings;
  }

  /**
   * Replaces all settings.
   *
   * @param settings keys and values; blank ones are left out
   */
  public void setSettings(Map<String, String> settings) {
    List<String> names = new ArrayList<>();
    PropertyIterator properties = propertyIterator();
    while (properties.hasNext()) {
      names.add(properties.next().getName());
    }
    names.stream().filter(name -> name.startsWith(SETTING)).forEach(this::removeProperty);
    settings.forEach(
        (key, value) -> {
          if (!key.trim().isEmpty() && !value.trim().isEmpty()) {
            setProperty(SETTING + key.trim(), value);
          }
        });
  }

  /**
   * JMeter turns all elements of a plan to running ones before it tells any that the test starts.
   */
  @Override
  public void setRunningVersion(boolean running) {
    boolean begins = running && !isRunningVersion();
    super.setRunningVersion(running);
    if (begins && toldRun != Runs.current()) {
      define();
    }
  }

  private void define() {
    long run = Runs.current();
    if (run != 0 && run == definedRun) {
      return;
    }
    definedRun = run;
    try {
      TokenSources.named(getProfile()).plan(getName(), getSettings());
      JvmEngine.prepare();
    } catch (Throwable e) {
      Log.error(
          "Tollgate Credential '" + getName() + "' could not be read: " + e + "; check its fields",
          e);
    }
  }

  @Override
  public void testStarted() {
    define();
    toldRun = Runs.current();
  }

  @Override
  public void testStarted(String host) {
    testStarted();
  }

  @Override
  public void testEnded() {
    // The settings hold for their run only.
  }

  @Override
  public void testEnded(String host) {
    testEnded();
  }
}
