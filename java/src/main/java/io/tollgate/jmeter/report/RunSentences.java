package io.tollgate.jmeter.report;

import io.tollgate.run.JournalEntry;
import io.tollgate.text.LocalClock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A run in plain sentences, made by rules: what a tester would ask of each thing that happened, in
 * the order in which it happened. Says only what the journal knows: answers, not lost samples.
 */
final class RunSentences {
  /** More than anyone reads; the totals below them are complete. */
  private static final int MOST = 200;

  private final LocalClock clock;
  private final List<Sentence> sentences = new ArrayList<>();

  private RunSentences(LocalClock clock) {
    this.clock = clock;
  }

  private static final class Sentence {
    final long at;
    final String group;
    final String text;

    Sentence(long at, String group, String text) {
      this.at = at;
      this.group = group;
      this.text = text;
    }
  }

  /** What happened of one kind, or all of it. */
  static final class Group {
    /** The first of them, and a sentence that says how many more there are. */
    final List<String> texts = new ArrayList<>();

    int count;
    long first;
    long last;
    private int hidden;

    private void add(Sentence sentence) {
      first = count == 0 ? sentence.at : first;
      last = sentence.at;
      count++;
      if (texts.size() < MOST) {
        texts.add(sentence.text);
      } else {
        hidden++;
      }
    }

    private void end() {
      if (hidden > 0) {
        texts.add(ReportText.of("account.more", ReportText.grouped(hidden)));
      }
    }
  }

  /** The account of a run, a sentence or two each. */
  static List<String> of(RunHistory history, LocalClock clock) {
    List<String> texts = new ArrayList<>();
    if (history.lost() > 0) {
      texts.add(ReportText.of("account.lost", ReportText.grouped(history.lost())));
    }
    Group all = new Group();
    sentences(history, clock).forEach(all::add);
    all.end();
    texts.addAll(all.texts);
    if (texts.isEmpty()) {
      texts.add(ReportText.of("account.nothing"));
    }
    return texts;
  }

  /**
   * The account of a run by what happened, where it is too long to be read from its start to its
   * end.
   *
   * @return groups by their heads, in the order in which they begin
   */
  static Map<String, Group> groups(RunHistory history, LocalClock clock) {
    Map<String, Group> groups = new LinkedHashMap<>();
    for (Sentence sentence : sentences(history, clock)) {
      groups.computeIfAbsent(sentence.group, head -> new Group()).add(sentence);
    }
    groups.values().forEach(Group::end);
    return groups;
  }

  private static List<Sentence> sentences(RunHistory history, LocalClock clock) {
    RunSentences run = new RunSentences(clock);
    for (CredentialHistory credential : history.each()) {
      run.tell(credential);
    }
    run.sentences.sort(Comparator.comparingLong(sentence -> sentence.at));
    return run.sentences;
  }

  private static String group(String kind) {
    switch (kind) {
      case "minted":
      case "unchanged":
        return ReportText.of("group.minted");
      case "refused":
        return ReportText.of("group.refused");
      case "rejected":
      case "rejection_ignored":
      case "unattributed":
      case "not_the_token":
        return ReportText.of("group.rejected");
      case "token_gate":
      case "api_gate":
        return ReportText.of("group.gate");
      case "waited":
      case "paused":
        return ReportText.of("group.waited");
      default:
        return ReportText.of("group.other");
    }
  }

  private void tell(CredentialHistory credential) {
    long ahead = 0;
    long slowest = 0;
    long lastAhead = 0;
    long shared = 0;
    long lastShared = 0;
    List<JournalEntry> entries = credential.entries;
    for (int i = 0; i < entries.size(); i++) {
      JournalEntry entry = entries.get(i);
      switch (entry.kind()) {
        case "minted":
          if ("ahead".equals(entry.text("reason"))) {
            ahead++;
            slowest = Math.max(slowest, elapsed(entry));
            lastAhead = entry.at();
          } else if (!"rejected".equals(entry.text("reason"))) {
            minted(credential, entry);
          }
          break;
        case "refused":
          i = refused(credential, i);
          break;
        case "rejected":
          rejected(credential, i);
          break;
        case "unchanged":
          unchanged(credential, entry);
          break;
        case "shared":
          shared++;
          lastShared = entry.at();
          break;
        default:
          other(credential, entry);
          break;
      }
    }
    if (ahead > 0) {
      String until = clock.time(lastAhead);
      String took = ReportText.duration(slowest);
      say("minted", lastAhead, ReportText.counted("ahead", ahead, until, title(credential), took));
    }
    if (shared > 0) {
      String until = clock.time(lastShared);
      say("minted", lastShared, ReportText.counted("shared", shared, until, title(credential)));
    }
  }

  private void minted(CredentialHistory credential, JournalEntry entry) {
    say(
        "minted",
        entry.at(),
        ReportText.of(
            "first".equals(entry.text("reason")) ? "minted.first" : "minted.again",
            clock.time(entry.at()),
            title(credential),
            ReportText.duration(elapsed(entry)),
            duration(entry, "lifetime"),
            entry.text("generation")));
  }

  private void unchanged(CredentialHistory credential, JournalEntry entry) {
    String time = clock.time(entry.at());
    String life = duration(entry, "lifetime");
    say("minted", entry.at(), ReportText.of("unchanged", time, title(credential), life));
  }

  /** Equal refusals in a row become one sentence. */
  private int refused(CredentialHistory credential, int from) {
    List<JournalEntry> entries = credential.entries;
    JournalEntry first = entries.get(from);
    long times = 0;
    long last = first.at();
    int end = from;
    for (int i = from; i < entries.size(); i++) {
      JournalEntry entry = entries.get(i);
      if ("refused".equals(entry.kind()) && sameRefusal(first, entry)) {
        times++;
        last = entry.at();
        end = i;
      } else if ("minted".equals(entry.kind()) || "refused".equals(entry.kind())) {
        break;
      }
    }
    for (int i = from + 1; i < end; i++) {
      if (!"refused".equals(entries.get(i).kind())) {
        other(credential, entries.get(i));
      }
    }
    TokenLife serving = serving(credential, first.at());
    say(
        "refused",
        first.at(),
        ReportText.of(
            times > 1 ? "refused.row" : "refused",
            clock.time(first.at()),
            title(credential),
            first.text("words"),
            serving == null
                ? ReportText.of("refused.no_token")
                : ReportText.of("refused.served", serving.generation),
            times,
            clock.time(last)));
    return end;
  }

  private static boolean sameRefusal(JournalEntry a, JournalEntry b) {
    return a.text("cause").equals(b.text("cause")) && a.text("status").equals(b.text("status"));
  }

  private void rejected(CredentialHistory credential, int index) {
    JournalEntry entry = credential.entries.get(index);
    long generation = entry.number("generation");
    long refreshes = 0;
    JournalEntry successor = null;
    for (int i = index + 1; i < credential.entries.size() && successor == null; i++) {
      JournalEntry next = credential.entries.get(i);
      refreshes += "sent".equals(next.kind()) ? 1 : 0;
      boolean token = "minted".equals(next.kind()) || "shared".equals(next.kind());
      successor = token ? next : null;
    }
    TokenLife life = null;
    for (TokenLife token : credential.tokens) {
      life = token.generation == generation ? token : life;
    }
    boolean wasEarly = life != null && life.deadline > entry.at();
    say(
        "rejected",
        entry.at(),
        ReportText.of(
            "rejected",
            clock.time(entry.at()),
            generation,
            title(credential),
            entry.has("age") ? ReportText.of("rejected.age", duration(entry, "age")) : "",
            wasEarly
                ? ReportText.of("rejected.early", ReportText.duration(life.deadline - entry.at()))
                : "",
            ReportText.counted(
                "rejected.answers", entry.number("count"), clock.time(entry.number("until"))),
            successor(entry, successor, refreshes)));
  }

  /** The token that took the place of a refused one. */
  private String successor(JournalEntry rejection, JournalEntry successor, long refreshes) {
    if (successor == null) {
      return ReportText.of("rejected.no_token");
    }
    String generation = successor.text("generation");
    String time = clock.time(successor.at());
    String later = ReportText.duration(successor.at() - rejection.at());
    return "shared".equals(successor.kind())
        ? ReportText.of("rejected.shared", generation, time, later)
        : ReportText.counted("rejected.refreshed", refreshes, generation, time, later);
  }

  private void other(CredentialHistory credential, JournalEntry entry) {
    String text = text(credential, entry);
    if (text != null) {
      say(entry.kind(), entry.at(), text);
    }
  }

  private String text(CredentialHistory credential, JournalEntry entry) {
    String time = clock.time(entry.at());
    String title = title(credential);
    String generation = entry.text("generation");
    long count = entry.number("count");
    switch (entry.kind()) {
      case "token_gate":
        return ReportText.of("token_gate", time, title, clock.time(entry.number("until")));
      case "api_gate":
        String origin = entry.text("origin").isEmpty() ? "" : entry.text("origin") + " ";
        String until = clock.time(entry.number("until"));
        return ReportText.counted("api_gate", count, time, title, until, origin);
      case "rejection_ignored":
        return ReportText.counted("rejection_ignored", count, time, title, generation);
      case "unattributed":
        return ReportText.counted("unattributed", count, time, title);
      case "not_the_token":
        return ReportText.of("not_the_token", time, title, generation, duration(entry, "wait"));
      case "expired":
        return ReportText.of("expired", time, title, generation);
      case "waited":
        return credential.wasHeld(entry)
            ? null
            : ReportText.counted("waited", count, time, title, duration(entry, "longest"));
      case "paused":
        return ReportText.counted(
            "paused", count, time, duration(entry, "total"), duration(entry, "longest"));
      case "drained":
        return ReportText.of("drained", time, title, duration(entry, "held"));
      case "revokes_previous":
      case "signed_in_again":
      case "store_silent":
        return ReportText.of(entry.kind(), time, title);
      default:
        return null;
    }
  }

  private static String title(CredentialHistory credential) {
    return ReportText.title(credential.title());
  }

  private static String duration(JournalEntry entry, String field) {
    return ReportText.duration(entry.number(field));
  }

  private static TokenLife serving(CredentialHistory credential, long at) {
    for (TokenLife token : credential.tokens) {
      if (token.from <= at && at < token.to) {
        return token;
      }
    }
    return null;
  }

  private static long elapsed(JournalEntry entry) {
    return Math.round(entry.number("elapsed_ns") / 1e6);
  }

  private void say(String kind, long at, String text) {
    sentences.add(new Sentence(at, group(kind), text));
  }
}
