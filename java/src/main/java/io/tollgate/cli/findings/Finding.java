package io.tollgate.cli.findings;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** One thing that went wrong: what was seen, with counts and times, and what helps. */
public final class Finding {
  /** What can be found. Each is the subject of a story of examples/failures, or of none. */
  public enum Kind {
    /** Many threads ask for a token at once. */
    STAMPEDE("stampede"),
    /** Token requests come by the clock on the wall. */
    ON_THE_MARK("minute-mark"),
    /** Token requests that others under way made needless. */
    DUPLICATES("stampede"),
    /** A refresh token was refused. */
    REFRESH_REFUSED("sustained"),
    /** Threads go on without a token after their token request failed. */
    WITHOUT_TOKEN("throttled"),
    /** Token requests fail. */
    TOKEN_REQUESTS_FAIL("throttled"),
    /** No request ever carried a good token. */
    NEVER_AUTHORIZED("throttled"),
    /** Tokens die while they are in use. */
    REVOKED_IN_USE("revoked"),
    /** From some moment on every token is refused. */
    REFUSED_TO_THE_END("revoked"),
    /** Some threads go on with a token that is dead. */
    STALE_TOKEN("throttled"),
    /** 401s in waves. */
    WAVES_OF_401("revoked"),
    /** Waves at even intervals: the life of a token. */
    EXPIRY("revoked"),
    /** All threads are silent, then fail together. */
    STALLED("stampede"),
    /** The server limits, and is not heard. */
    RETRY_AFTER_IGNORED("throttled"),
    /** The server limits. */
    THROTTLED("throttled"),
    /** All come back at once when a limit ends. */
    HERD("throttled"),
    /** Most samples fail, and nothing else says why. */
    SAMPLES_FAIL(null);

    private final String story;

    Kind(String story) {
      this.story = story;
    }

    /**
     * The failure in examples/failures that is like it.
     *
     * @return the name of its directory, {@code null} if there is none
     */
    public String story() {
      return story;
    }
  }

  private final Kind kind;
  private final String title;
  private final List<String> seen;
  private final String helps;
  private final long at;

  Finding(Kind kind, long at, String title, String helps, String... seen) {
    this.kind = kind;
    this.at = at;
    this.title = title;
    this.helps = helps;
    this.seen = Collections.unmodifiableList(Arrays.asList(seen));
  }

  /**
   * What it is.
   *
   * @return never {@code null}
   */
  public Kind kind() {
    return kind;
  }

  /**
   * When it was first seen.
   *
   * @return in ms since the epoch
   */
  public long at() {
    return at;
  }

  /**
   * What it is, in words.
   *
   * @return without a full stop
   */
  public String title() {
    return title;
  }

  /**
   * What the file shows.
   *
   * @return sentences
   */
  public List<String> seen() {
    return seen;
  }

  /**
   * What ends it.
   *
   * @return a sentence or two
   */
  public String helps() {
    return helps;
  }
}
