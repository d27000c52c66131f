package io.tollgate.jmeter.monitor;

import io.tollgate.jmeter.report.JournalLines;
import io.tollgate.jmeter.report.UsedProfiles;
import io.tollgate.profile.WaitingThreads.Cause;
import io.tollgate.run.Journal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongFunction;

/** Feeds of made-up journals. */
public final class MonitorFeeds {
  private MonitorFeeds() {}

  /** Of a journal, and threads that wait for tokens by their titles. */
  public static MonitorFeed of(JournalLines told, Map<String, Integer> waiting) {
    Map<String, Map<Cause, Integer>> all = new LinkedHashMap<>();
    waiting.forEach((title, count) -> all.put(title, Collections.singletonMap(Cause.TOKEN, count)));
    return new MonitorFeed(after -> told.page(), UsedProfiles::any, () -> all);
  }

  /** Of pages as they are read. */
  public static MonitorFeed from(LongFunction<Journal.Page> source) {
    return new MonitorFeed(source::apply, UsedProfiles::any, Collections::emptyMap);
  }
}
