package io.tollgate.bench.hotpath;

import io.tollgate.bench.peers.Peer;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;

/**
 * Reads a peer in a loop. Each peer gets a class of its own with the same bytecode: a loop that has
 * seen several types of peers is not compiled for any of them.
 */
interface ReadLoop {
  /**
   * Reads the peer.
   *
   * @return a number that depends on every read, so that none is optimised away
   */
  long read(Peer peer, int times) throws Exception;

  /** A new class that has read no peer. */
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

  /** The template of these classes. */
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
