package io.tollgate.engine;

import java.util.HashMap;
import java.util.Map;

/** A token as {@link Engine#read} hands it out. The native library makes it. */
public final class ServedToken {
  /** Counts the tokens of a credential, from 1. */
  public final long generation;

  /** How long it lives from the read on. */
  public final long remainingNanos;

  /** Its end on the clock of {@link Engine#look}. */
  public final long until;

  /** What stands for it where the token itself must not be. */
  public final long stamp;

  /** A secret. */
  public final String token;

  /**
   * Called by name from the native library.
   *
   * @param generation counts from 1
   * @param remainingNanos of its life
   * @param until its end
   * @param stamp stands for it
   * @param token a secret
   */
  public ServedToken(long generation, long remainingNanos, long until, long stamp, String token) {
    this.generation = generation;
    this.remainingNanos = remainingNanos;
    this.until = until;
    this.stamp = stamp;
    this.token = token;
  }

  /** As types of the JDK, for a copy of this class in another class loader. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new HashMap<>();
    map.put("generation", generation);
    map.put("remainingNanos", remainingNanos);
    map.put("until", until);
    map.put("stamp", stamp);
    map.put("token", token);
    return map;
  }

  /** Of what {@link #toMap} made. */
  static ServedToken of(Map<?, ?> map) {
    return new ServedToken(
        (long) map.get("generation"),
        (long) map.get("remainingNanos"),
        (long) map.get("until"),
        (long) map.get("stamp"),
        (String) map.get("token"));
  }
}
