package io.tollgate.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Says now and then how far a large file was read. Small files are read before it says a word. */
final class Progress {
  private static final long EVERY_NANOS = 3_000_000_000L;

  /** The clock is read once in so many samples. */
  private static final int SAMPLES = 1 << 16;

  private final PrintStream err;
  private final List<ResultSource> sources;
  private final LongSupplier nanos;
  private final long start;
  private long said;
  private long samples;

  Progress(PrintStream err, List<ResultSource> sources, LongSupplier nanos) {
    this.err = err;
    this.sources = sources;
    this.nanos = nanos;
    this.start = nanos.getAsLong();
    this.said = start;
  }

  void sampleRead() {
    if ((++samples & SAMPLES - 1) == 0) {
      long now = nanos.getAsLong();
      if (now - said >= EVERY_NANOS) {
        said = now;
        say(now);
      }
    }
  }

  private void say(long now) {
    long read = 0;
    long size = 0;
    for (ResultSource source : sources) {
      read += source.file.bytesRead();
      size += source.file.size();
    }
    double seconds = (now - start) / 1e9;
    err.println(
        String.format(
            Locale.ROOT,
            "tollgate: %,d samples, %,d of %,d MB read (%.0f %%), %.0f MB/s",
            samples,
            read >> 20,
            size >> 20,
            100.0 * read / Math.max(1, size),
            (read >> 20) / seconds));
  }
}
