package io.tollgate.tests.chaos;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The proxy's account of one server: what came, what became of it, and from when to when something
 * injected may have made samples fail.
 */
final class Ledger {
  /** What an exchange was counted as. */
  enum Count {
    /** Whole requests that the proxy read. */
    RECEIVED,
    /** Those that the server answered. */
    ANSWERED,
    /** Those that the server answered with 200. */
    GRANTED,
    /** Answers with 200 that were handed to the client so that it can read them. */
    DELIVERED,
    /** Of those, the ones so late that the client may have given up. */
    DOUBTFUL
  }

  /** In wall-clock milliseconds, as samples are. */
  record Window(long from, long to, String why) {
    boolean overlaps(long begin, long end) {
      return begin <= to && end >= from;
    }
  }

  private final Map<Route, Map<Count, Long>> counts = new EnumMap<>(Route.class);
  private final Map<Route, Map<Fault, Long>> faults = new EnumMap<>(Route.class);
  private final Map<String, Fault> disturbed = new HashMap<>();
  private final List<Window> windows = new ArrayList<>();
  private final List<String> broken = new ArrayList<>();
  private final Map<String, Long> incidents = new TreeMap<>();

  Ledger() {
    for (Route route : Route.values()) {
      counts.put(route, new EnumMap<>(Count.class));
      faults.put(route, new EnumMap<>(Fault.class));
    }
  }

  synchronized void count(Route route, Count what) {
    counts.get(route).merge(what, 1L, Long::sum);
  }

  synchronized long counted(Route route, Count what) {
    return counts.get(route).getOrDefault(what, 0L);
  }

  /**
   * A fault was injected into an exchange.
   *
   * @param sample the sample whose request it was; null for token requests
   */
  synchronized void disturbed(Route route, Fault fault, String sample, long from, long to) {
    faults.get(route).merge(fault, 1L, Long::sum);
    windows.add(new Window(from, to, route + " " + fault));
    if (sample != null) {
      disturbed.put(sample, fault);
    }
  }

  /** Something happened at the server itself. */
  synchronized void happened(String why, long from, long to) {
    windows.add(new Window(from, to, why));
    incidents.merge(why, 1L, Long::sum);
  }

  /** How often what happened. */
  synchronized Map<String, Long> incidents() {
    return new TreeMap<>(incidents);
  }

  synchronized Map<Fault, Long> faults(Route route) {
    return new EnumMap<>(faults.get(route));
  }

  /** The fault that a sample's own request met; null if none. */
  synchronized Fault metBy(String sample) {
    return disturbed.get(sample);
  }

  /** The proxy itself, or the server without a cause, did what it must not. */
  synchronized void broke(String what) {
    broken.add(what);
  }

  synchronized List<String> broken() {
    return List.copyOf(broken);
  }

  synchronized List<Window> windows() {
    return List.copyOf(windows);
  }
}
