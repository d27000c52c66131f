package io.tollgate;

/**
 * What went wrong, as one word a plan or a CI script can match on. The names are frozen and
 * mirrored from the native engine (a test holds the two lists equal).
 */
public enum ErrorCode {
  /** A setting is missing, unknown or not understood. Remedy: change the setting named. */
  CONFIG,
  /** A profile was defined differently while a run used it. Remedy: define once, or redefine. */
  PROFILE_CONFLICT,
  /** The token endpoint refused the client, its secret, scope or grant for good. */
  CREDENTIAL_REJECTED,
  /** The token endpoint asked to wait longer than the caller may. The message tells until when. */
  THROTTLED_UNTIL,
  /** The token endpoint could not be reached: name, connection, TLS, proxy or time-out. */
  UNREACHABLE,
  /** The token endpoint answered something that is not a token response. */
  PROTOCOL,
  /** The protected API refuses tokens as fast as they are minted. */
  REJECTED_BY_API,
  /** The mint budget of the run is spent. The message tells when it resets. */
  BUDGET_EXHAUSTED,
  /** No token came within the caller's own time limit ({@code token_timeout}). */
  DEADLINE,
  /** JMeter stopped, or the thread's scheduled end came, while it waited. */
  STOPPED,
  /** The native library could not be loaded. The message tells what was tried and what to do. */
  NATIVE_UNAVAILABLE,
  /** A fault in Tollgate itself. */
  INTERNAL;

  /**
   * Finds the code with this name.
   *
   * @param name as the native engine spells it; may be unknown to this version or {@code null}
   * @return the code, {@link #INTERNAL} for a name this version does not know
   */
  public static ErrorCode of(String name) {
    for (ErrorCode code : values()) {
      if (code.name().equals(name)) {
        return code;
      }
    }
    return INTERNAL;
  }
}
