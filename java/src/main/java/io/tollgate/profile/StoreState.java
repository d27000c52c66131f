package io.tollgate.profile;

import io.tollgate.TollgateException;
import io.tollgate.run.JvmEngine;
import io.tollgate.text.JsonReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the store of a profile has of its clients, as the engine reads it. Never a secret. */
public final class StoreState {
  private final Map<String, Object> state;

  private StoreState(Map<String, Object> state) {
    this.state = state;
  }

  /**
   * Reads it. Asks no token server and writes nothing; waits for the store, seconds at most.
   *
   * @param profile its name
   * @param settings what an element would say; properties beat them as they do in a run
   * @param triesRights also whether the store's user may do what injectors do
   * @return what was found
   * @throws TollgateException {@code CONFIG} for settings that are wrong, {@code
   *     NATIVE_UNAVAILABLE}
   */
  public static StoreState of(String profile, Map<String, String> settings, boolean triesRights) {
    String found =
        JvmEngine.get()
            .fleetState(profile, ProfileSettings.given(profile, settings, null), triesRights);
    return read(found);
  }

  /**
   * Reads what the engine said.
   *
   * @param json of {@link io.tollgate.engine.Engine#fleetState}
   * @return the same
   */
  public static StoreState read(String json) {
    return new StoreState(JsonReader.object(JsonReader.parse(json)));
  }

  /**
   * Whether the profile names a store.
   *
   * @return {@code false}: nothing is shared
   */
  public boolean isThere() {
    return state.get("store") != null;
  }

  /**
   * Where the store is.
   *
   * @return a URL without user and password
   */
  public String url() {
    return String.valueOf(state.get("store"));
  }

  /**
   * Whether it answered.
   *
   * @return {@code false}: {@link #problems} says why
   */
  public boolean answers() {
    return state.get("took_micros") != null;
  }

  /**
   * How long one answer took.
   *
   * @return milliseconds
   */
  public double tookMillis() {
    return number(state, "took_micros") / 1000.0;
  }

  /**
   * How far the store's clock is ahead of this machine's.
   *
   * @return milliseconds, below 0 if it is behind
   */
  public long clockAheadMillis() {
    return number(state, "clock_ahead_ms");
  }

  /**
   * Whether the store has nothing of the profile's clients.
   *
   * @return {@code true} before the first token request
   */
  public boolean isEmpty() {
    return Boolean.TRUE.equals(state.get("empty"));
  }

  /**
   * Of how many other clients the store has records.
   *
   * @return 0 also where its user may not list keys
   */
  public long otherClients() {
    return number(state, "other_clients");
  }

  /**
   * The clients of the profile.
   *
   * @return the members of each as the engine names them
   */
  public List<Map<String, Object>> clients() {
    return objects(state, "clients");
  }

  /**
   * How many clients and slots of the profile are not among {@link #clients}.
   *
   * @return 0 but for large pools
   */
  public long moreLanes() {
    return number(state, "more_lanes");
  }

  /**
   * What keeps injectors from sharing by it.
   *
   * @return sentences with what to check; as a rule none
   */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    list(state, "problems").forEach(problem -> problems.add(String.valueOf(problem)));
    return problems;
  }

  /**
   * Everything for programs.
   *
   * @return whole numbers as such
   */
  public Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    state.forEach((name, value) -> facts.put(name, whole(value)));
    facts.remove("problems"); // they are lines of a report
    return facts;
  }

  /**
   * The objects of a list.
   *
   * @param of has it
   * @param key its name
   * @return empty if there is no such list
   */
  public static List<Map<String, Object>> objects(Map<String, Object> of, String key) {
    List<Map<String, Object>> objects = new ArrayList<>();
    list(of, key).forEach(element -> objects.add(JsonReader.object(element)));
    return objects;
  }

  /**
   * A whole number.
   *
   * @param of has it
   * @param key its name
   * @return 0 if there is none
   */
  public static long number(Map<String, Object> of, String key) {
    Object number = of.get(key);
    return number instanceof Number ? ((Number) number).longValue() : 0;
  }

  private static List<?> list(Map<String, Object> of, String key) {
    Object found = of.get(key);
    return found instanceof List ? (List<?>) found : Collections.emptyList();
  }

  private static Object whole(Object value) {
    if (value instanceof Double) {
      return ((Double) value).longValue();
    }
    if (value instanceof List) {
      List<Object> list = new ArrayList<>();
      ((List<?>) value).forEach(element -> list.add(whole(element)));
      return list;
    }
    if (value instanceof Map) {
      Map<String, Object> map = new LinkedHashMap<>();
      JsonReader.object(value).forEach((name, member) -> map.put(name, whole(member)));
      return map;
    }
    return value;
  }
}
