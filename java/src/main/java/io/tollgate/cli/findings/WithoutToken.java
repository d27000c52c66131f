package io.tollgate.cli.findings;

import io.tollgate.cli.findings.PlanThreads.PlanThread;
import io.tollgate.cli.findings.PlanThreads.TokenOutcome;
import io.tollgate.cli.jtl.JtlSample;
import java.util.BitSet;

/**
 * Samples that were refused because the token request before them had failed: the cause of a 401 is
 * the thread's own last token request, or in a plan where one thread fetches for all, the last one
 * of the run.
 *
 * <p>Without thread names only the order in time is left: what failed before the first 401.
 */
final class WithoutToken {
  /** Samples answered 401 or 403 by threads without a token. */
  long count;

  /** How many of them were answered 401. */
  long refused;

  long firstRefused = Long.MAX_VALUE;

  /** When the first token request failed that cost a sample. */
  long firstCause = Long.MAX_VALUE;

  /** In files without thread names: token requests before the first 401. */
  long failedBefore;

  long grantedBefore;

  private boolean anyRefused;
  private final BitSet threads = new BitSet();
  private final BitSet asking = new BitSet();
  private TokenOutcome latest = TokenOutcome.NONE;
  private long latestFailedAt;
  private long firstFailedAt = Long.MAX_VALUE;

  /** A token request ended. */
  void asked(JtlSample sample, PlanThread thread) {
    thread.token = sample.success ? TokenOutcome.GRANTED : TokenOutcome.FAILED;
    latest = thread.token;
    asking.set(thread.id);
    if (!sample.success) {
      thread.failedAt = sample.start;
      latestFailedAt = sample.start;
      firstFailedAt = Math.min(firstFailedAt, sample.start);
    }
    if (!anyRefused) {
      failedBefore += sample.success ? 0 : 1;
      grantedBefore += sample.success ? 1 : 0;
    }
  }

  /** Whether a failed token request is the cause of a failed sample, which is then counted. */
  boolean isCauseOf(JtlSample sample, PlanThread thread, int id, boolean threaded) {
    boolean is401 = sample.code.equals("401");
    if (!is401 && !sample.code.equals("403")) {
      return false;
    }
    anyRefused = true;
    if (!threaded) {
      if (is401 && failedBefore > 0) {
        firstRefused = Math.min(firstRefused, sample.end);
        firstCause = firstFailedAt;
        count++;
        refused++;
      }
      return false;
    }
    boolean own = thread.token == TokenOutcome.FAILED;
    if (!own && (thread.token != TokenOutcome.NONE || latest != TokenOutcome.FAILED || !is401)) {
      return false;
    }
    count++;
    refused += is401 ? 1 : 0;
    firstRefused = Math.min(firstRefused, sample.end);
    firstCause = Math.min(firstCause, own ? thread.failedAt : latestFailedAt);
    threads.set(id);
    return is401;
  }

  /** How many threads went on without a token. */
  int threads() {
    return threads.cardinality();
  }

  /** How many threads made token requests. */
  int asking() {
    return asking.cardinality();
  }
}
