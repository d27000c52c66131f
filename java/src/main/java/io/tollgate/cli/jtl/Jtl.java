package io.tollgate.cli.jtl;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;

/**
 * A result file, CSV or XML, or the journal of a run, compressed or not: all of this is seen from
 * its first bytes. A place that can't be read is counted and left out.
 */
public final class Jtl implements Closeable {
  private final ResultStream stream;
  private final long size;
  private final SampleReader reader;
  private final ReadErrors errors;
  private JtlSample next;
  private boolean headers;
  private boolean broken;

  private Jtl(ResultStream stream, long size, SampleReader reader, ReadErrors errors) {
    this.stream = stream;
    this.size = size;
    this.reader = reader;
    this.errors = errors;
  }

  /**
   * Opens a file and reads its first sample.
   *
   * @param path of the file
   * @param allUrls whether samples have their URLs even where these can't be of token endpoints
   * @return the file, to be closed
   * @throws IOException if it can't be read
   * @throws NotAJtl if it is no result file
   */
  public static Jtl open(Path path, boolean allUrls) throws IOException, NotAJtl {
    ResultStream stream = ResultStream.open(path);
    try {
      ReadErrors errors = new ReadErrors();
      ByteWindow window = new ByteWindow(stream.text);
      byte[] head = window.head(1);
      int first = firstOf(head);
      SampleReader reader =
          first == '<'
              ? XmlReader.open(new Joined(head, stream.text), errors)
              : first == '{'
                  ? JournalReader.open(new Joined(head, stream.text), errors)
                  : CsvReader.open(window, allUrls, errors);
      Jtl jtl = new Jtl(stream, Files.size(path), reader, errors);
      jtl.advance();
      return jtl;
    } catch (IOException | NotAJtl e) {
      stream.text.close();
      throw e;
    }
  }

  private static int firstOf(byte[] head) {
    for (byte b : head) {
      if (b > ' ') {
        return b;
      }
    }
    return -1;
  }

  /** Bytes that were read, and what follows them. */
  private static final class Joined extends InputStream {
    private final byte[] head;
    private final InputStream rest;
    private int at;

    Joined(byte[] head, InputStream rest) {
      this.head = head;
      this.rest = rest;
    }

    @Override
    public int read() throws IOException {
      return at < head.length ? head[at++] & 0xFF : rest.read();
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      if (at == head.length) {
        return rest.read(into, from, length);
      }
      int count = Math.min(length, head.length - at);
      System.arraycopy(head, at, into, from, count);
      at += count;
      return count;
    }
  }

  /**
   * Shows the next sample without taking it.
   *
   * @return {@code null} after the last
   */
  public JtlSample peek() {
    return next;
  }

  /**
   * Takes the next sample, in the order of the file, which is that of their ends.
   *
   * @return {@code null} after the last
   */
  public JtlSample take() {
    JtlSample taken = next;
    advance();
    return taken;
  }

  private void advance() {
    if (broken) {
      return;
    }
    try {
      next = reader.next();
      headers |= next != null && next.headers != null && !next.headers.isEmpty();
    } catch (IOException | RuntimeException e) {
      // What was read is judged: a disk or an archive that is damaged ends the file here.
      broken = true;
      next = null;
      errors.add(0, "it can't be read to its end: " + e);
    }
  }

  /**
   * Whether it is the journal of Tollgate Monitor.
   *
   * @return {@code false} for results
   */
  public boolean isJournal() {
    return reader instanceof JournalReader;
  }

  /**
   * What a journal holds.
   *
   * @return how often each kind of entry, empty for results; grows while samples are taken
   */
  public Map<String, Long> journalKinds() {
    return isJournal() ? ((JournalReader) reader).kinds() : Collections.emptyMap();
  }

  /**
   * Whether the file has its end.
   *
   * @return {@code false} if the run was cut off, or goes on
   */
  public boolean isComplete() {
    return broken || reader.isComplete();
  }

  /**
   * Whether response headers were saved.
   *
   * @return {@code true} if at least one sample has some
   */
  public boolean hasHeaders() {
    return headers;
  }

  /**
   * Whether samples have times.
   *
   * @return {@code false} for {@code timestamp_format=none}
   */
  public boolean hasTimes() {
    return reader.hasTimes();
  }

  /**
   * Whether samples have the names of their threads.
   *
   * @return {@code false} if they were not saved
   */
  public boolean hasThreads() {
    return reader.hasThreads();
  }

  /**
   * How exact its times are.
   *
   * @return in ms
   */
  public long resolution() {
    return reader.resolution();
  }

  /**
   * What could not be read.
   *
   * @return grows while samples are taken
   */
  public ReadErrors errors() {
    return errors;
  }

  /**
   * How much of the file was read.
   *
   * @return bytes of the file as it is on the disk
   */
  public long bytesRead() {
    return stream.file.count();
  }

  /**
   * How large the file is.
   *
   * @return bytes on the disk
   */
  public long size() {
    return size;
  }

  @Override
  public void close() throws IOException {
    stream.text.close();
  }
}
