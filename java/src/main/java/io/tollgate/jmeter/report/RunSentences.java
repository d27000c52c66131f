package io.tollgate.jmeter.report;

import io.tollgate.run.JournalEntry;
import io.tollgate.text.Counts;
import io.tollgate.text.Durations;
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
        texts.add("… and " + hidden + " things more.");
      }
    }
  }

  /** The account of a run, a sentence or two each. */
  static List<String> of(RunHistory history, LocalClock clock) {
    List<String> texts = new ArrayList<>();
    if (history.lost() > 0) {
      texts.add(
          "The journal keeps the newest entries only: "
              + history.lost()
              + " older ones are gone, so what follows begins late and its totals are too low.");
    }
    Group all = new Group();
    sentences(history, clock).forEach(all::add);
    all.end();
    texts.addAll(all.texts);
    if (texts.isEmpty()) {
      texts.add("Nothing happened: a token that was there before served the whole run.");
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
        return "Tokens minted";
      case "refused":
        return "Token requests that failed";
      case "rejected":
      case "rejection_ignored":
      case "unattributed":
      case "not_the_token":
        return "Answers 401 of the API";
      case "token_gate":
      case "api_gate":
        return "Gates that closed";
      case "waited":
      case "paused":
        return "Threads that waited";
      default:
        return "Other events";
    }
  }

  private void tell(CredentialHistory credential) {
    long ahead = 0;
    long slowest = 0;
    long lastAhead = 0;
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
        default:
          other(credential, entry);
          break;
      }
    }
    if (ahead > 0) {
      say(
          "minted",
          lastAhead,
          "Until "
              + clock.time(lastAhead)
              + " "
              + credential.title()
              + " was given "
              + Counts.of(ahead, "token", "tokens")
              + " ahead of need, while the one before still served; the slowest took "
              + Durations.of(slowest)
              + ".");
    }
  }

  private void minted(CredentialHistory credential, JournalEntry entry) {
    String which =
        "first".equals(entry.text("reason"))
            ? "its first token"
            : "token " + entry.text("generation") + ", for the one before had run out";
    say(
        "minted",
        entry.at(),
        at(entry.at())
            + credential.title()
            + " got "
            + which
            + ", after "
            + Durations.of(elapsed(entry))
            + "; it lives "
            + Durations.of(entry.number("lifetime"))
            + ".");
  }

  private void unchanged(CredentialHistory credential, JournalEntry entry) {
    say(
        "minted",
        entry.at(),
        at(entry.at())
            + credential.title()
            + " was given the token that it had before, which lives "
            + Durations.of(entry.number("lifetime"))
            + " more: no new token.");
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
        at(first.at())
            + "a token request for "
            + credential.title()
            + " failed"
            + (times > 1 ? ", and " + times + " in a row until " + clock.time(last) : "")
            + ": "
            + first.text("words")
            + "."
            + (serving == null
                ? " No token served meanwhile."
                : " Token " + serving.generation + " went on serving."));
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
      successor = "minted".equals(next.kind()) ? next : null;
    }
    TokenLife life = null;
    for (TokenLife token : credential.tokens) {
      life = token.generation == generation ? token : life;
    }
    StringBuilder text = new StringBuilder(at(entry.at()));
    text.append("the API answered 401 to token ").append(generation);
    text.append(" of ").append(credential.title());
    if (entry.has("age")) {
      text.append(", ").append(Durations.of(entry.number("age"))).append(" after it was minted");
    }
    if (life != null && life.deadline > entry.at()) {
      text.append(" and ").append(Durations.of(life.deadline - entry.at()));
      text.append(" before its time: the server had revoked it");
    }
    text.append(". ").append(Counts.of(entry.number("count"), "request was", "requests were"));
    text.append(" answered so, the last at ")
        .append(clock.time(entry.number("until")))
        .append("; ");
    if (successor == null) {
      text.append("no token came in its place.");
    } else {
      text.append(Counts.of(refreshes, "refresh", "refreshes")).append(" brought token ");
      text.append(successor.text("generation")).append(" at ");
      text.append(clock.time(successor.at())).append(", ");
      text.append(Durations.of(successor.at() - entry.at())).append(" later.");
    }
    say("rejected", entry.at(), text.toString());
  }

  private void other(CredentialHistory credential, JournalEntry entry) {
    String text = text(credential, entry);
    if (text != null) {
      say(entry.kind(), entry.at(), at(entry.at()) + text);
    }
  }

  private String text(CredentialHistory credential, JournalEntry entry) {
    String title = credential.title();
    String generation = entry.text("generation");
    long count = entry.number("count");
    switch (entry.kind()) {
      case "token_gate":
        return "the gate to the token endpoint of "
            + title
            + " closed: no request until "
            + clock.time(entry.number("until"))
            + ".";
      case "api_gate":
        return "the API "
            + (entry.text("origin").isEmpty() ? "" : entry.text("origin") + " ")
            + "asked to be left alone until "
            + clock.time(entry.number("until"))
            + ", in "
            + Counts.of(count, "answer", "answers")
            + " to "
            + title
            + ".";
      case "rejection_ignored":
        return Counts.of(count, "answer", "answers")
            + " 401 to token "
            + generation
            + " of "
            + title
            + " changed nothing: it had been replaced, or is not the problem.";
      case "unattributed":
        return Counts.of(count, "answer", "answers")
            + " 401 to requests that carried no token of "
            + title
            + " changed nothing.";
      case "not_the_token":
        return "the API refused the fresh token "
            + generation
            + " of "
            + title
            + " too, so the token is not the problem: it stays, and 401s bring no new one for "
            + Durations.of(entry.number("wait"))
            + ". Check permissions, the API's host and its health.";
      case "expired":
        return "token " + generation + " of " + title + " ran out before it was replaced.";
      case "waited":
        return credential.wasHeld(entry)
            ? null
            : Counts.of(count, "thread", "threads")
                + " had waited for a token of "
                + title
                + ", the longest "
                + Durations.of(entry.number("longest"))
                + ".";
      case "paused":
        return Counts.of(count, "pause", "pauses")
            + " for the API's gate began to end, "
            + Durations.of(entry.number("total"))
            + " in all, the longest "
            + Durations.of(entry.number("longest"))
            + ": load withheld is not load served.";
      case "drained":
        return "sends of "
            + title
            + " were held for "
            + Durations.of(entry.number("held"))
            + " to refresh between them.";
      case "revokes_previous":
        return "it showed that the server of "
            + title
            + " revokes the previous token when it mints; refreshes came late from then on.";
      case "signed_in_again":
        return title + " gave up its refresh token and signed in again.";
      default:
        return null;
    }
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

  private String at(long time) {
    return "At " + clock.time(time) + " ";
  }

  private void say(String kind, long at, String text) {
    sentences.add(new Sentence(at, group(kind), text));
  }
}
