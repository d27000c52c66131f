package io.tollgate.bench.hotpath;

import io.tollgate.bench.peers.Peer;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;

/**
 * Reads a peer so often. Each peer is read by a class of its own, made of these same bytes: a loop
 * that had met several kinds of peers would no longer be compiled for any of them.
 */
interface ReadLoop {
  /**
   * Reads.
   *
   * @return a number that depends on all that was read
   */
  long read(Peer peer, int times) throws Exception;

  /** One that no peer has been read by. */
  static ReadLoop fresh() throws IOException, ReflectiveOperationException {
    try (InputStream code = ReadLoop.class.getResourceAsStream("ReadLoop$Plain.class")) {
      return (ReadLoop)
          MethodHandles.lookup()
              .defineHiddenClass(code.readAllBytes(), true)
              .lookupClass()
              .getDeclaredConstructor()
              .newInstance();
    }
  }

  /** What all of them are made of. */
  final class Plain implements ReadLoop {
    @Override
    public long read(Peer peer, int times) throws Exception {
      long characters = 0;
      for (int i = 0; i < times; i++) {
        characters += peer.authorization().length();
      }
      return characters;
    }
  }
}
