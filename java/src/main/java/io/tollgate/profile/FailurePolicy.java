package io.tollgate.profile;

import java.util.Locale;

/** What a sample does when no token is to be had: the setting {@code on_token_failure}. */
public enum FailurePolicy {
  /** The sample fails with the reason. */
  FAIL_SAMPLE,
  /** The request goes out without an {@code Authorization} header. */
  SEND_WITHOUT,
  /** The sample fails and its thread ends. */
  STOP_THREAD,
  /** The sample fails and the test ends. */
  STOP_TEST;

  static FailurePolicy of(String setting) {
    for (FailurePolicy policy : values()) {
      if (policy.name().toLowerCase(Locale.ROOT).equals(setting)) {
        return policy;
      }
    }
    return FAIL_SAMPLE;
  }
}
