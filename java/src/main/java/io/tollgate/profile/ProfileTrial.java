package io.tollgate.profile;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.engine.Engine;
import io.tollgate.run.Journal;
import io.tollgate.run.JournalEntry;
import io.tollgate.run.JvmEngine;
import io.tollgate.text.JsonReader;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Tries whether settings give a token, while a plan is being written: one request, now, apart from
 * all profiles. No failure of a run holds it back, no other definition of the name is in its way,
 * and nothing that comes of it is used later, but for the wait that the server names.
 */
public final class ProfileTrial {
  /** How soon an interrupt ends it. */
  private static final long LOOK_MILLIS = 100;

  /** {@code null} if there is a token. */
  private final TollgateException failure;

  private final Map<String, Object> status;

  /** {@code null} if the settings name no store, or could not be read. */
  private final StoreState store;

  private ProfileTrial(TollgateException failure, Map<String, Object> status, StoreState store) {
    this.failure = failure;
    this.status = status;
    this.store = store;
  }

  /**
   * Requests a token and waits for the answer. An interrupt ends it.
   *
   * @param profile its name
   * @param settings what an element would say; properties beat them as they do in a run
   * @param attempts receives the journal entries of each attempt and its outcome as they happen
   * @return what came of it; never throws, never holds a token
   */
  public static ProfileTrial of(
      String profile, Map<String, String> settings, Consumer<JournalEntry> attempts) {
    TollgateException failure = null;
    Map<String, Object> status = Collections.emptyMap();
    try {
      Engine engine = JvmEngine.get();
      long trial = engine.tryOut(profile, ProfileSettings.given(profile, settings, null));
      try {
        status = follow(engine, trial, profile, attempts);
      } finally {
        engine.forgetTrial(trial);
      }
    } catch (TollgateException e) {
      failure = e;
    } catch (RuntimeException | LinkageError e) {
      String text = "profile '" + profile + "': a trial met " + e;
      failure = new TollgateException(ErrorCode.INTERNAL, text, e);
    }
    return new ProfileTrial(failure, status, storeOf(profile, settings, failure));
  }

  /** A trial goes without the store, whose state tells whether a run can go with it. */
  private static StoreState storeOf(
      String profile, Map<String, String> settings, TollgateException failure) {
    if (failure != null && failure.getCode() == ErrorCode.STOPPED) {
      return null;
    }
    try {
      StoreState store = StoreState.of(profile, settings, true);
      return store.isThere() ? store : null;
    } catch (TollgateException | LinkageError e) {
      return null; // the trial failed of that too
    }
  }

  private static Map<String, Object> follow(
      Engine engine, long trial, String profile, Consumer<JournalEntry> attempts) {
    long last = 0;
    while (!Thread.interrupted()) {
      String[] news = engine.trialNews(trial, last, LOOK_MILLIS);
      String[] journal = new String[news.length - 1];
      System.arraycopy(news, 1, journal, 0, journal.length);
      for (JournalEntry entry : Journal.page(journal).entries()) {
        attempts.accept(entry);
        last = entry.number("number");
      }
      if (!news[0].isEmpty()) {
        return JsonReader.object(JsonReader.parse(news[0]));
      }
    }
    throw new TollgateException(
        ErrorCode.STOPPED, "profile '" + profile + "': the trial was stopped");
  }

  /**
   * Why there is no token.
   *
   * @return {@code null} if there is one
   */
  public TollgateException failure() {
    return failure;
  }

  /**
   * The store that a run of these settings would share tokens in.
   *
   * @return {@code null} if they name none
   */
  public StoreState store() {
    return store;
  }

  /**
   * Where it was requested.
   *
   * @return empty if there is no token
   */
  public String endpoint() {
    return String.valueOf(status.getOrDefault("endpoint", ""));
  }

  /**
   * How long the token lives from now.
   *
   * @return milliseconds; 0 if there is none
   */
  public long remainingMillis() {
    Object remaining = status.get("remaining_ms");
    return remaining instanceof Number ? ((Number) remaining).longValue() : 0;
  }

  /**
   * What the token permits, as the server named it.
   *
   * @return empty if it named nothing
   */
  public String scope() {
    Object scope = status.get("scope");
    return scope == null ? "" : scope.toString();
  }

  /**
   * What was asked for and not granted.
   *
   * @return scopes
   */
  public List<?> missingScopes() {
    return list("scope_missing");
  }

  /**
   * What is unusual in the answer, in words.
   *
   * @return as a rule none
   */
  public List<?> notes() {
    return list("notes");
  }

  /**
   * Whether the server gave another refresh token in the place of the one that was sent, which may
   * be good for nothing by now.
   *
   * @return {@code false} if none was sent
   */
  public boolean isRefreshTokenReplaced() {
    Object rotations = JsonReader.object(status.get("grant")).get("rotations");
    return rotations instanceof Number && ((Number) rotations).longValue() > 0;
  }

  private List<?> list(String key) {
    Object found = JsonReader.object(status.get("granted")).get(key);
    return found instanceof List ? (List<?>) found : Collections.emptyList();
  }
}
