package io.tollgate.cli.jtl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Splits CSV (RFC 4180) into records of cells, as positions in a window of bytes. Own code: a
 * library makes a string of each cell, which costs more than all the rest of reading a result file.
 *
 * <p>A record that is no record, because a quote in it is never closed or closes within text, costs
 * its first line only.
 */
final class CsvRecords {
  /** What became of a record. */
  enum Outcome {
    /** Cells are there. */
    RECORD,
    /** The file ends inside of it. */
    CUT_OFF,
    /** Its first line was left out. */
    DAMAGED,
    /** There is none. */
    END
  }

  /** The four bytes of the word. */
  private static final int TRUE = 'e' << 24 | 'u' << 16 | 'r' << 8 | 't';

  private final ByteWindow window;
  private final TextCache texts = new TextCache(StandardCharsets.UTF_8, text -> text);

  /** Made for the first of them: a directory has many files, and few have quotes in their texts. */
  private TextCache escaped;

  private final byte delimiter;
  private int[] from = new int[64];
  private int[] to = new int[64];
  private boolean[] hasEscapes = new boolean[64];
  private int size;
  private int mark;
  private int next;
  private long line = 1;
  private long lines;
  private boolean unended;

  CsvRecords(ByteWindow window, byte delimiter) {
    this.window = window;
    this.delimiter = delimiter;
  }

  /** Reads one record. */
  Outcome next() throws IOException {
    mark = next;
    line += lines;
    lines = 0;
    while (true) {
      Outcome outcome = split();
      if (outcome != null) {
        return outcome;
      }
      boolean more = window.fill(mark);
      mark = 0;
      if (!more) {
        return atTheEnd();
      }
    }
  }

  /** What is left when there is nothing to add to the window. */
  private Outcome atTheEnd() {
    if (window.limit == 0) {
      next = 0;
      return Outcome.END;
    }
    lines = 0;
    if (!window.isEnded() || isQuoteOpen()) {
      return dropLine();
    }
    // A last line without its end: the window ends with a line end of its own.
    unended = true;
    window.limit++;
    Outcome outcome = split();
    window.limit--;
    next = window.limit;
    return outcome == null ? Outcome.CUT_OFF : outcome;
  }

  /** A quote that nothing closes: the end of a run that was cut off, or a stray in between. */
  private Outcome dropLine() {
    int end = lineEnd(0);
    if (window.isEnded() && !holdsARecord(end)) {
      next = window.limit;
      return Outcome.CUT_OFF;
    }
    return damaged(end);
  }

  private Outcome damaged(int end) {
    next = Math.min(end, window.limit);
    lines = 1;
    return Outcome.DAMAGED;
  }

  private int lineEnd(int at) {
    while (at < window.limit && window.bytes[at] != '\n') {
      at++;
    }
    return at + 1;
  }

  /** Whether a line begins with digits and a delimiter, as most samples do. */
  private boolean holdsARecord(int at) {
    for (int begin = at; begin < window.limit; begin = lineEnd(begin)) {
      int digits = begin;
      while (digits < window.limit && Character.isDigit(window.bytes[digits])) {
        digits++;
      }
      if (digits > begin && digits < window.limit && window.bytes[digits] == delimiter) {
        return true;
      }
    }
    return false;
  }

  private boolean isQuoteOpen() {
    boolean open = false;
    boolean begins = true;
    for (int i = 0; i < window.limit; i++) {
      byte b = window.bytes[i];
      if (open) {
        open = b != '"';
        // A quote behind a closing one opens again.
        begins = !open;
      } else if (b == '"' && begins) {
        open = true;
      } else {
        begins = b == delimiter || b == '\n';
      }
    }
    return open;
  }

  /** The cells of a record, {@code null} if the window ends inside of it. */
  private Outcome split() {
    byte[] bytes = window.bytes;
    byte stop = delimiter;
    int limit = window.limit;
    int at = mark;
    size = 0;
    lines = 0;
    while (true) {
      if (size == from.length) {
        grow();
      }
      byte b;
      if (bytes[at] == '"' && at < limit) {
        int begin = ++at;
        boolean escapes = false;
        while (true) {
          while ((b = bytes[at]) != '"' && b != '\n') {
            at++;
          }
          if (at >= limit) {
            return null;
          }
          if (b == '\n') {
            lines++;
            at++;
          } else if (bytes[at + 1] == '"' && at + 1 < limit) {
            escapes = true;
            at += 2;
          } else {
            break;
          }
        }
        from[size] = begin;
        to[size] = at++;
        hasEscapes[size++] = escapes;
        if (at < limit && bytes[at] == '\r') {
          at++;
        }
        b = bytes[at];
        if (at < limit && b != stop && b != '\n') {
          return damaged(lineEnd(mark));
        }
      } else {
        from[size] = at;
        while ((b = bytes[at]) != stop && b != '\n') {
          at++;
        }
        to[size] = b == '\n' && at > from[size] && bytes[at - 1] == '\r' ? at - 1 : at;
        hasEscapes[size++] = false;
      }
      if (at >= limit) {
        return null;
      }
      at++;
      if (b == '\n') {
        lines++;
        next = at;
        return Outcome.RECORD;
      }
    }
  }

  private void grow() {
    from = Arrays.copyOf(from, 2 * size);
    to = Arrays.copyOf(to, 2 * size);
    hasEscapes = Arrays.copyOf(hasEscapes, 2 * size);
  }

  /** How many cells the record has. */
  int size() {
    return size;
  }

  /** The line on which the record begins. */
  long line() {
    return line;
  }

  /** Whether the record is the last one, and no line end follows it. */
  boolean isUnended() {
    return unended;
  }

  boolean isEmpty() {
    return size == 1 && from[0] == to[0];
  }

  String text(int cell) {
    if (cell < 0 || cell >= size) {
      return "";
    }
    if (!hasEscapes[cell]) {
      return texts.get(window.words, from[cell], to[cell]);
    }
    if (escaped == null) {
      escaped = new TextCache(StandardCharsets.UTF_8, text -> text.replace("\"\"", "\""));
    }
    return escaped.get(window.words, from[cell], to[cell]);
  }

  /** Whether a cell holds {@code true} or {@code false}; {@code null} if it holds neither. */
  Boolean truth(int cell) {
    if (cell < size && to[cell] - from[cell] == 4 && window.words.getInt(from[cell]) == TRUE) {
      return Boolean.TRUE;
    }
    String text = text(cell).toLowerCase(Locale.ROOT);
    return text.equals("true") || text.equals("1")
        ? Boolean.TRUE
        : text.equals("false") || text.equals("0") ? Boolean.FALSE : null;
  }

  /** The URL in a cell, empty if it is none of a token endpoint. */
  String tokenUrl(int cell) {
    return cell >= 0 && cell < size && UrlEnds.mayNameToken(window.words, from[cell], to[cell])
        ? text(cell)
        : "";
  }

  /** A number without a sign, -1 if the cell holds none. */
  long digits(int cell) {
    return cell < 0 || cell >= size ? -1 : Timestamps.digits(window.bytes, from[cell], to[cell]);
  }

  /** A time, -1 if the cell holds none. */
  long time(int cell, Timestamps times) {
    return cell >= size ? -1 : times.read(window.words, from[cell], to[cell], texts);
  }

  /** The cells as texts. */
  List<String> texts() {
    List<String> cells = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      cells.add(text(i));
    }
    return cells;
  }
}
