package io.tollgate.jmeter.functions;

import io.tollgate.profile.Lease;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What {@code __tollgate} tells of a token. */
enum TokenField {
  AUTHORIZATION {
    @Override
    String of(Lease lease) {
      return lease.authorization();
    }
  },
  TOKEN {
    @Override
    String of(Lease lease) {
      return lease.token();
    }
  },
  REMAINING {
    @Override
    String of(Lease lease) {
      return Long.toString(Math.max(0, TimeUnit.NANOSECONDS.toSeconds(lease.remainingNanos())));
    }
  },
  GENERATION {
    @Override
    String of(Lease lease) {
      return Long.toString(lease.generation());
    }
  };

  abstract String of(Lease lease);

  /** The field of that name in any case, the first if it is empty; {@code null} if none is. */
  static TokenField named(String name) {
    if (name.isEmpty()) {
      return AUTHORIZATION;
    }
    String wanted = name.toUpperCase(Locale.ROOT);
    for (TokenField field : values()) {
      if (field.name().equals(wanted)) {
        return field;
      }
    }
    return null;
  }
}
