package io.tollgate.bench.hotpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.bench.TokenServer;
import io.tollgate.bench.peers.Peer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A window counts all reads, and each peer has a loop class of its own. */
final class ManyThreadsTest {
  @Test
  void aLoopReadsAsOftenAsItIsToldAndIsNobodyElses() throws Exception {
    AtomicLong reads = new AtomicLong();
    Peer counted =
        new Peer() {
          @Override
          public String name() {
            return "counted";
          }

          @Override
          public String authorization() {
            reads.incrementAndGet();
            return "four";
          }
        };
    ReadLoop loop = ReadLoop.fresh();
    assertEquals(4 * 50, loop.read(counted, 50));
    assertEquals(50, reads.get());
    assertNotSame(loop.getClass(), ReadLoop.fresh().getClass());
  }

  @Test
  void everyWayHandsOutAToken() throws Exception {
    try (TokenServer server = TokenServer.start("many-threads-ways")) {
      Map<String, Peer> methods = ManyThreadsReads.open(server.endpoint());
      for (Map.Entry<String, Peer> way : methods.entrySet()) {
        assertTrue(way.getValue().authorization().startsWith("Bearer "), way.getKey());
        way.getValue().close();
      }
      assertEquals(7, server.server().counts().tokenRequests(), "six peers', and Tollgate's one");
    }
  }
}
