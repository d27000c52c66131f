package io.tollgate.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.bench.TokenServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each peer fetches once and caches, otherwise its measurement means nothing. */
final class PeersTest {
  @TestFactory
  List<DynamicTest> eachFetchesOnceAndThenReadsTheSame() {
    List<DynamicTest> tests = new ArrayList<>();
    Peers.all().forEach((key, peer) -> tests.add(DynamicTest.dynamicTest(key, () -> reads(peer))));
    return tests;
  }

  private static void reads(PeerFactory factory) throws Exception {
    try (TokenServer server = TokenServer.start("peers");
        Peer peer = factory.open(server.endpoint())) {
      String first = peer.authorization();
      assertTrue(first.startsWith("Bearer "), first.substring(0, 7));
      for (int i = 0; i < 100; i++) {
        assertEquals(first, peer.authorization());
      }
      assertEquals(1, server.server().counts().tokenRequests());
    }
  }
}
