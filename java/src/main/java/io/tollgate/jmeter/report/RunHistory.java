package io.tollgate.jmeter.report;

import io.tollgate.run.JournalEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One run as the journal has it: from its start to its end, or to now. A token that was minted
 * before and still serves is part of it; what else happened before is not.
 */
public final class RunHistory {
  private final Map<Long, CredentialHistory> credentials = new LinkedHashMap<>();
  private final List<CredentialHistory> rows = new ArrayList<>();
  private long start;
  private long end;
  private long lost;

  private RunHistory() {}

  /**
   * Reads the last run.
   *
   * @param entries oldest first
   * @param lost how many older ones are gone
   * @param now until when it lasts if it did not end
   * @param used which profiles the run uses
   * @return its story
   */
  public static RunHistory of(List<JournalEntry> entries, long lost, long now, UsedProfiles used) {
    int begin = -1;
    for (int i = 0; i < entries.size(); i++) {
      if ("run_started".equals(entries.get(i).kind())) {
        begin = i;
      }
    }
    RunHistory story = new RunHistory();
    story.lost = begin < 0 ? lost : 0;
    story.start = entries.isEmpty() ? now : entries.get(Math.max(0, begin)).at();
    story.end = Math.max(now, story.start);
    for (int i = 0; i < entries.size(); i++) {
      story.take(entries.get(i), i >= begin);
    }
    for (CredentialHistory credential : story.credentials.values()) {
      credential.seenAt(story.end);
    }
    story.forgetTheIdle(used);
    Map<String, List<CredentialHistory>> titles = new LinkedHashMap<>();
    for (CredentialHistory it : story.credentials.values()) {
      titles.computeIfAbsent(it.title(), title -> new ArrayList<>()).add(it);
    }
    titles.values().forEach(same -> story.rows.addAll(CredentialRows.of(same)));
    return story;
  }

  private void take(JournalEntry entry, boolean ofThisRun) {
    if ("run_ended".equals(entry.kind()) && ofThisRun) {
      end = Math.max(start, entry.at());
    }
    if (entry.has("credential")) {
      credentials
          .computeIfAbsent(entry.number("credential"), id -> new CredentialHistory(entry, start))
          .take(entry, ofThisRun);
    }
  }

  /** Of earlier runs: what is over, or of a profile that this run does not use, had no part. */
  private void forgetTheIdle(UsedProfiles used) {
    credentials
        .values()
        .removeIf(
            it ->
                it.entries.isEmpty()
                    && it.gates.isEmpty()
                    && (it.newest() == null || it.newest().to <= start));
    rename(used);
    credentials.values().removeIf(it -> it.entries.isEmpty() && !used.uses(it.profile()));
  }

  /** A profile that was renamed goes on with its credential, whose entries have the old name. */
  private void rename(UsedProfiles used) {
    Set<String> present = profiles().keySet();
    for (CredentialHistory it : credentials.values()) {
      TokenLife newest = it.newest();
      if (newest != null && !used.uses(it.profile())) {
        String name = used.nameOf(it.endpoint(), newest.generation);
        if (name != null && !present.contains(name)) {
          it.rename(name);
        }
      }
    }
  }

  /**
   * The credentials, in the order in which they came; those of one title as one.
   *
   * @return can't be changed
   */
  public List<CredentialHistory> credentials() {
    return Collections.unmodifiableList(rows);
  }

  /** The credentials one by one: of one title there may be several, each with its own tokens. */
  Collection<CredentialHistory> each() {
    return credentials.values();
  }

  /** The credentials by profile. */
  Map<String, List<CredentialHistory>> profiles() {
    Map<String, List<CredentialHistory>> profiles = new LinkedHashMap<>();
    for (CredentialHistory credential : credentials.values()) {
      profiles.computeIfAbsent(credential.profile(), name -> new ArrayList<>()).add(credential);
    }
    return profiles;
  }

  /**
   * When it began.
   *
   * @return a time
   */
  public long start() {
    return start;
  }

  /**
   * When it ended, or when it was looked at.
   *
   * @return a time
   */
  public long end() {
    return end;
  }

  /**
   * How many of its entries are gone.
   *
   * @return 0 if the journal is complete
   */
  public long lost() {
    return lost;
  }
}
