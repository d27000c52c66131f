package io.tollgate.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the reads of one profile for its summary line, at next to no cost for those who read: each
 * thread has a cell that it alone writes to, so an increment is no atomic step and no two threads
 * share a cache line.
 *
 * <p>Exact once the threads that read have ended, or were otherwise waited for. Cells are never set
 * back: what was reported is subtracted, so that the reads of a running thread are not lost.
 */
final class ReadCount {
  /** So many threads may come before the cells of ended ones are folded. */
  private static final int FEWEST_CELLS = 64;

  private final ThreadLocal<Cell> mine = ThreadLocal.withInitial(this::cellOfThisThread);

  /** Of threads that may still read. Guarded by this, and so is all that follows. */
  private final List<Cell> cells = new ArrayList<>();

  private int foldAt = FEWEST_CELLS;
  private long ofEndedThreads;
  private long reported;

  /** One more, by the calling thread. */
  void add() {
    Cell cell = mine.get();
    cell.lazySet(cell.get() + 1);
  }

  /** How many there were since this was last asked. */
  synchronized long drain() {
    fold();
    long all = ofEndedThreads;
    for (Cell cell : cells) {
      all += cell.get();
    }
    long unreported = all - reported;
    reported = all;
    return unreported;
  }

  private synchronized Cell cellOfThisThread() {
    if (cells.size() >= foldAt) {
      fold();
      foldAt = Math.max(FEWEST_CELLS, 2 * cells.size());
    }
    Cell cell = new Cell(Thread.currentThread());
    cells.add(cell);
    return cell;
  }

  private void fold() {
    cells.removeIf(
        cell -> {
          boolean gone = !cell.owner.isAlive(); // before the read: its last count is then visible
          if (gone) {
            ofEndedThreads += cell.get();
          }
          return gone;
        });
  }

  /** How many cells there are, for the test that they do not pile up. */
  synchronized int cells() {
    return cells.size();
  }

  /** Padded: a collector moves objects that live long next to each other. */
  private static final class Cell extends AtomicLong {
    private static final long serialVersionUID = 1;

    final transient Thread owner;
    long p01;
    long p02;
    long p03;
    long p04;
    long p05;
    long p06;
    long p07;
    long p08;

    Cell(Thread owner) {
      this.owner = owner;
    }
  }
}
