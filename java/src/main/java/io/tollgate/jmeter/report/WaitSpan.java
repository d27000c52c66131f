package io.tollgate.jmeter.report;

import io.tollgate.run.JournalEntry;

/** A time in which threads waited for a token. */
final class WaitSpan {
  final long from;
  final long to;
  final long threads;
  final long longest;

  private WaitSpan(long from, long to, JournalEntry entry) {
    this.from = from;
    this.to = to;
    this.threads = entry.number("count");
    this.longest = entry.number("longest");
  }

  /**
   * What an entry tells. After a refusal for good no thread waits for a token: the engine holds
   * each for a moment so that a looping plan does not write thousands of failures a second.
   *
   * @param entry of the kind {@code waited}
   * @param refusedAt the time of the refusal for good that still stands, 0 if none does
   * @return {@code null} if threads were only held
   */
  static WaitSpan of(JournalEntry entry, long refusedAt) {
    long from = entry.at() - entry.number("longest");
    if (refusedAt == 0) {
      return new WaitSpan(from, entry.at(), entry);
    }
    return from >= refusedAt ? null : new WaitSpan(from, Math.min(entry.at(), refusedAt), entry);
  }
}
