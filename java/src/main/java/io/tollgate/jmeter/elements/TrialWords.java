package io.tollgate.jmeter.elements;

import io.tollgate.profile.ProfileTrial;
import io.tollgate.profile.StoreState;
import io.tollgate.run.JournalEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A trial in words: each attempt as it happens, and the outcome. Never the token. */
final class TrialWords {
  private TrialWords() {}

  /** A line, or {@code null} for what has none. */
  static String of(JournalEntry entry) {
    String took = Text.duration(TimeUnit.NANOSECONDS.toMillis(entry.number("elapsed_ns")));
    switch (entry.kind()) {
      case "sent":
        return Text.ATTEMPT_SENT.of(entry.text("endpoint"));
      case "refused":
        return Text.ATTEMPT_REFUSED.of(took, entry.text("words"));
      case "minted":
        return Text.ATTEMPT_MINTED.of(took);
      case "signed_in_again":
        return Text.ATTEMPT_SIGNED_IN_AGAIN.of();
      default:
        return null;
    }
  }

  /** Of one that gave a token. */
  static String of(String profile, ProfileTrial trial) {
    List<String> lines = new ArrayList<>();
    lines.add(Text.TRIAL_FETCHED.of(profile, trial.endpoint()));
    lines.add(Text.TRIAL_LIFE.of(Text.duration(trial.remainingMillis())));
    lines.add(
        trial.scope().isEmpty() ? Text.TRIAL_NO_SCOPE.of() : Text.TRIAL_SCOPE.of(trial.scope()));
    if (!trial.missingScopes().isEmpty()) {
      String missing =
          trial.missingScopes().stream().map(String::valueOf).collect(Collectors.joining(" "));
      lines.add(Text.TRIAL_MISSING_SCOPE.of(missing));
    }
    trial.notes().forEach(note -> lines.add(String.valueOf(note)));
    if (trial.isRefreshTokenReplaced()) {
      lines.add(Text.TRIAL_ROTATED.of());
    }
    lines.addAll(ofStore(trial.store()));
    return String.join("\n", lines);
  }

  /** Of one that gave none. */
  static String ofFailure(ProfileTrial trial) {
    List<String> lines = new ArrayList<>();
    lines.add(FieldErrors.inWindow(trial.failure().getMessage()));
    lines.addAll(ofStore(trial.store()));
    return String.join("\n", lines);
  }

  /** Whether a run can share by the store, in the engine's words where it can't. */
  private static List<String> ofStore(StoreState store) {
    List<String> lines = new ArrayList<>();
    if (store != null && store.problems().isEmpty()) {
      lines.add(Text.TRIAL_STORE.of(store.url(), Text.duration(Math.round(store.tookMillis()))));
    } else if (store != null) {
      store
          .problems()
          .forEach(problem -> lines.add(Text.TRIAL_STORE_FAILED.of(store.url(), problem)));
    }
    return lines;
  }
}
