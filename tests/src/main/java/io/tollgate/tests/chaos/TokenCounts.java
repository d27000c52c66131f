package io.tollgate.tests.chaos;

import io.tollgate.tests.Sample;
import io.tollgate.tests.chaos.JMeterRuns.Run;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Tollgate counted of a profile.
 *
 * @param failed requests that brought no token
 * @param waiters threads that waited for a token when a run had ended
 */
record TokenCounts(long requests, long minted, long failed, long waiters) {
  private static final Pattern REQUESTS = Pattern.compile("token requests (\\d+)");

  TokenCounts plus(TokenCounts more) {
    return new TokenCounts(
        requests + more.requests,
        minted + more.minted,
        failed + more.failed,
        waiters + more.waiters);
  }

  /**
   * Of all runs.
   *
   * <p>The status after a run knows of requests that ended after it, too, and the summary line does
   * not. Both are of the credential that the profile has then. A new secret in its file makes
   * another one of it: at its next use, which is in the next run or is the call of the status. What
   * the credential before was asked for in the same run is in the list of token requests alone.
   *
   * @param summaries the profile's line of each run
   * @param listed its token requests as samples; those that ended after the last run are missing
   */
  static TokenCounts of(
      String profile, List<Run> runs, List<String> summaries, List<Sample> listed) {
    TokenCounts sum = new TokenCounts(0, 0, 0, 0);
    for (int i = 0; i < runs.size(); i++) {
      long from = runs.get(i).from();
      long to = i + 1 < runs.size() ? runs.get(i + 1).from() : Long.MAX_VALUE;
      List<Sample> own =
          listed.stream().filter(one -> one.start() >= from && one.start() < to).toList();
      TokenCounts ofStatus = runs.get(i).tokens().get(profile);
      long requests = Math.max(own.size(), requests(summaries.get(i)));
      if (ofStatus.requests() >= requests) {
        sum = sum.plus(ofStatus);
      } else {
        long minted = own.stream().filter(Sample::success).count();
        sum = sum.plus(new TokenCounts(requests, minted, requests - minted, ofStatus.waiters()));
      }
    }
    return sum;
  }

  private static long requests(String summary) {
    Matcher requests = REQUESTS.matcher(summary);
    if (!requests.find()) {
      throw new AssertionError("a summary without token requests: " + summary);
    }
    return Long.parseLong(requests.group(1));
  }
}
