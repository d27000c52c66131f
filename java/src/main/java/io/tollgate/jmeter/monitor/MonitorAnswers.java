package io.tollgate.jmeter.monitor;

import io.tollgate.run.JournalEntry;
import io.tollgate.text.LocalClock;
import java.io.UnsupportedEncodingException;
import java.net.URI;
import java.net.URLDecoder;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Answers to the requests of the Monitor's page, and of Prometheus. */
final class MonitorAnswers {
  /** However many tabs are open, the engine is read that often at most. */
  private static final long FRESH_MILLIS = 400;

  static final String METRICS = "/metrics";

  private final MonitorFeed feed;
  private final Supplier<String> metrics;
  private final LongSupplier time;
  private final LocalClock clock = new LocalClock(ZoneId.systemDefault());
  private MonitorView last;

  MonitorAnswers(MonitorFeed feed, Supplier<String> metrics) {
    this(feed, metrics, System::currentTimeMillis);
  }

  MonitorAnswers(MonitorFeed feed, Supplier<String> metrics, LongSupplier time) {
    this.feed = feed;
    this.metrics = metrics;
    this.time = time;
  }

  /** Answers a request for a path. */
  MonitorAnswer to(URI request) {
    switch (request.getPath()) {
      case "/":
        return MonitorPage.answer();
      case "/view.json":
        return MonitorAnswer.of(
            "application/json",
            MonitorJson.of(
                view(),
                clock,
                number(request, "span"),
                number(request, "to"),
                parameter(request, "filter")));
      case "/journal.csv":
        return MonitorAnswer.of(
            "text/csv; charset=utf-8", csv(view(), parameter(request, "filter")));
      case METRICS:
        return MonitorAnswer.metrics(metrics.get());
      default:
        return MonitorAnswer.text(404, "not here\n");
    }
  }

  private synchronized MonitorView view() {
    long now = time.getAsLong();
    if (last == null || Math.abs(now - last.now()) >= FRESH_MILLIS) {
      last = feed.look(now);
    }
    return last;
  }

  private String csv(MonitorView view, String filter) {
    List<JournalEntry> entries = new ArrayList<>();
    for (JournalEntry entry : view.journal()) {
      if (new JournalRow(entry, clock).matches(filter)) {
        entries.add(entry);
      }
    }
    return JournalCsv.of(entries);
  }

  /** A parameter of the query, empty if there is none. */
  private static String parameter(URI request, String name) {
    String query = request.getRawQuery() == null ? "" : request.getRawQuery();
    for (String part : query.split("&")) {
      if (part.startsWith(name + "=")) {
        try {
          return URLDecoder.decode(part.substring(name.length() + 1), "UTF-8");
        } catch (UnsupportedEncodingException | IllegalArgumentException e) {
          return "";
        }
      }
    }
    return "";
  }

  private static long number(URI request, String name) {
    String text = parameter(request, name);
    return text.matches("\\d{1,15}") ? Long.parseLong(text) : 0;
  }
}
