package io.tollgate.jmeter.report;

import io.tollgate.run.Journal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A made-up journal: what happened, at seconds after ten o'clock UTC. */
public final class JournalLines {
  /** 10:00:00. */
  public static final long TEN = Instant.parse("2026-03-01T10:00:00Z").toEpochMilli();

  private final List<String> lines = new ArrayList<>();
  private String whose =
      "credential=1\tprofile=demo\ttitle=profile 'demo'\tendpoint=https://login/token";

  /** From now on about another credential. */
  public JournalLines of(int credential, String profile) {
    return titled(credential, profile, "profile '" + profile + "'");
  }

  /** From now on about another credential, with its own title. */
  public JournalLines titled(int credential, String profile, String title) {
    whose =
        "credential="
            + credential
            + "\tprofile="
            + profile
            + "\ttitle="
            + title
            + "\tendpoint=https://login/token";
    return this;
  }

  /** A run starts or ends. */
  public JournalLines run(double second, String kind) {
    return line(second, "kind=" + kind);
  }

  /** Something happens to the credential; {@code {…}} in fields are seconds, as times. */
  public JournalLines at(double second, String kind, String... fields) {
    return line(
        second,
        whose + "\tkind=" + kind + (fields.length == 0 ? "" : "\t" + String.join("\t", fields)));
  }

  /** A token comes, half a second after it was asked for. */
  public JournalLines minted(double second, int generation, String reason, int lifetime) {
    at(second - 0.5, "sent", "reason=" + reason);
    return at(
        second,
        "minted",
        "reason=" + reason,
        "started=" + time(second - 0.5),
        "elapsed_ns=500000000",
        "generation=" + generation,
        "lifetime=" + lifetime * 1000L);
  }

  /** As the field of an entry. */
  public static String until(double second) {
    return "until=" + time(second);
  }

  /** A time. */
  public static long time(double second) {
    return TEN + Math.round(second * 1000);
  }

  /** What a reader is given. */
  public Journal.Page page() {
    return pageAfter(0);
  }

  /** What a reader is given that has read up to a number. */
  public Journal.Page pageAfter(long number) {
    List<String> all = new ArrayList<>();
    all.add("lost=0\tlast=" + lines.size() + "\tgrows=60000");
    all.addAll(lines.subList((int) number, lines.size()));
    return Journal.page(all.toArray(new String[0]));
  }

  /** What it adds up to, seen at a time. */
  public RunHistory story(double second) {
    return RunHistory.of(page().entries(), 0, time(second), UsedProfiles.any());
  }

  private JournalLines line(double second, String rest) {
    lines.add("number=" + (lines.size() + 1) + "\tat=" + time(second) + "\t" + rest);
    return this;
  }
}
