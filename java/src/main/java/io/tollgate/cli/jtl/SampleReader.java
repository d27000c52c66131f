package io.tollgate.cli.jtl;

import java.io.IOException;

/** The samples of one file in one format, one after the other. */
interface SampleReader {
  /** The next sample in the order of the file, {@code null} after the last. */
  JtlSample next() throws IOException;

  /** Whether the file ends after a whole sample; known after the last. */
  boolean isComplete();

  /** Whether samples have times. */
  boolean hasTimes();

  /** Whether samples have the names of their threads. */
  boolean hasThreads();

  /** The unit of the saved times in ms. */
  long resolution();
}
