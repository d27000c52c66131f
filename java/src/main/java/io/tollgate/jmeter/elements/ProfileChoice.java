package io.tollgate.jmeter.elements;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.jmeter.sample.SampleCredential;
import io.tollgate.profile.TokenSource;
import io.tollgate.profile.TokenSources;
import io.tollgate.run.Hosts;
import java.util.SortedSet;

/**
 * Which profile an element means.
 *
 * <p>A field that is filled in names it. Most plans have one profile, so a blank field means the
 * only one there is, however it was defined; where there are several, the one called {@code
 * default}; and where none is called that, none: a guess would send one client's token where
 * another's belongs. Elements that come after the token was handed out mean the sample's own.
 */
final class ProfileChoice {
  private static final String DEFAULT = "default";

  /** What a blank field meant last: settings do not change within a run. */
  private volatile Chosen chosen;

  /** What an element means that hands out tokens. */
  TokenSource of(String field) {
    String name = field == null ? "" : field.trim();
    if (!name.isEmpty()) {
      return TokenSources.named(name);
    }
    long run = Hosts.current().runId();
    Chosen last = chosen;
    if (last != null && last.run == run) {
      return last.source;
    }
    SortedSet<String> names = TokenSources.definedNames();
    if (names.size() > 1 && !names.contains(DEFAULT)) {
      return TokenSources.refused(DEFAULT, ambiguous(names));
    }
    TokenSource source = TokenSources.named(names.size() == 1 ? names.first() : DEFAULT);
    chosen = new Chosen(source, run);
    return source;
  }

  /** What an element means that comes after the token was handed out. */
  TokenSource ofSample(String field) {
    TokenSource own = SampleCredential.source();
    String name = field == null ? "" : field.trim();
    boolean isOwn = own != null && (name.isEmpty() || name.equals(own.name()));
    return isOwn ? own : of(field);
  }

  private static TollgateException ambiguous(SortedSet<String> names) {
    return new TollgateException(
        ErrorCode.CONFIG,
        "the field Profile is empty, there are several profiles ("
            + String.join(", ", names)
            + ") and none is called '"
            + DEFAULT
            + "': fill it in");
  }

  private static final class Chosen {
    final TokenSource source;
    final long run;

    Chosen(TokenSource source, long run) {
      this.source = source;
      this.run = run;
    }
  }
}
