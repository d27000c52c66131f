package io.tollgate.profile;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.run.JvmEngine;
import io.tollgate.run.Runs;
import io.tollgate.text.Durations;
import io.tollgate.text.JsonReader;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Tries whether settings give a token, while a plan is being written. It goes through the engine
 * like every read: the same cache, so what it fetched serves the next run too, and the same gates,
 * so trying again and again does no harm. While a run uses the profile it changes nothing.
 */
public final class ProfileTrial {
  /** {@code null} if there is a token. */
  private final TollgateException failure;

  private final String profile;
  private final boolean fetched;
  private final long generation;
  private final long remainingSeconds;
  private final String status;

  private ProfileTrial(
      String profile, TollgateException failure, boolean fetched, Lease lease, String status) {
    this.profile = profile;
    this.failure = failure;
    this.fetched = fetched;
    this.generation = lease == null ? 0 : lease.generation();
    this.remainingSeconds =
        lease == null ? 0 : TimeUnit.NANOSECONDS.toSeconds(lease.remainingNanos());
    this.status = status;
  }

  /**
   * Reads a token and waits for it as a thread of a run would, at most the profile's {@code
   * token_timeout}. An interrupt ends the wait.
   *
   * @param profile its name
   * @param settings what an element would say; properties beat them as they do in a run
   * @return what came of it; never throws, never holds a token
   */
  public static ProfileTrial of(String profile, Map<String, String> settings) {
    TokenSource source = TokenSource.onTrial(profile, settings);
    try {
      Runs.forgetFailures(JvmEngine.get());
      boolean there = source.peek(LastLease.OF_THIS_THREAD, null) != null;
      Lease lease = source.acquire();
      return new ProfileTrial(profile, null, !there, lease, source.status());
    } catch (TollgateException e) {
      return new ProfileTrial(profile, e, false, null, "");
    } catch (RuntimeException | LinkageError e) {
      source.complain("a trial", e);
      return new ProfileTrial(
          profile,
          new TollgateException(ErrorCode.INTERNAL, "profile '" + profile + "' met " + e, e),
          false,
          null,
          "");
    } finally {
      source.sampleEnded();
    }
  }

  /**
   * Whether there is a token.
   *
   * @return {@code false} if there is a failure
   */
  public boolean succeeded() {
    return failure == null;
  }

  /**
   * Tells what kind of failure it was.
   *
   * @return {@code null} if there was none
   */
  public ErrorCode code() {
    return failure == null ? null : failure.getCode();
  }

  /**
   * Describes the outcome.
   *
   * @return a few lines without secrets
   */
  public String words() {
    if (failure != null) {
      return failure.getMessage();
    }
    Map<String, Object> members = JsonReader.object(JsonReader.parse(status));
    Object scope = members.get("scope");
    Object endpoint = members.get("endpoint");
    return "profile '"
        + profile
        + "': "
        + (fetched ? "a token was fetched" : "a valid token was here already, nothing was sent")
        + "\ntoken endpoint: "
        + (endpoint == null ? "-" : endpoint)
        + "\nlife left: "
        + Durations.of(remainingSeconds * 1000.0)
        + "\nscopes: "
        + (scope == null ? "the server names none" : scope)
        + "\ngeneration: "
        + generation;
  }
}
