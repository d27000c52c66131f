package io.tollgate.bench.waves;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The time that one thread waited in the run queue, as Linux counts it. Hundreds of threads on a
 * few cores wait there for milliseconds in any case. The rest of a stall is the thread's own.
 *
 * <p>On systems without this count it is 0, and every stall counts in full.
 */
final class RunQueue implements AutoCloseable {
  private static final Path OF_THIS_THREAD = Path.of("/proc/thread-self/schedstat");

  private final FileChannel file;
  private final ByteBuffer text = ByteBuffer.allocateDirect(96);

  private RunQueue(FileChannel file) {
    this.file = file;
  }

  /** Whether the system counts it. */
  static boolean isTold() {
    return Files.isReadable(OF_THIS_THREAD);
  }

  /** For the calling thread, which alone may use it. */
  static RunQueue ofThisThread() throws IOException {
    return new RunQueue(isTold() ? FileChannel.open(OF_THIS_THREAD) : null);
  }

  /** Nanoseconds since the thread began. */
  long nanos() throws IOException {
    if (file == null) {
      return 0;
    }
    text.clear();
    int length = file.read(text, 0);
    int at = 0;
    while (at < length && text.get(at) != ' ') {
      at++; // the first number is the time it ran
    }
    long waited = 0;
    for (at++; at < length && text.get(at) != ' '; at++) {
      waited = waited * 10 + (text.get(at) - '0');
    }
    return waited;
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
