package io.tollgate.tests.failures;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollgate.tests.Counts;
import io.tollgate.tests.FinishedRun;
import io.tollgate.tests.Results;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a column fared.
 *
 * @param requests the token requests, as the server logged them
 * @param cpuWait for how long ready threads waited for a processor meanwhile
 */
record Played(Column column, Counts counts, JsonNode requests, FinishedRun run, Duration cpuWait) {
  Results results() {
    return run.results();
  }

  /** When the token requests came, in ms since the epoch. */
  List<Long> requestTimes() {
    List<Long> times = new ArrayList<>();
    requests.forEach(request -> times.add(request.path("at_ms").asLong()));
    return times;
  }
}
