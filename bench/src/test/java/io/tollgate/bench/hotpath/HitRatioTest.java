package io.tollgate.bench.hotpath;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.bench.TokenServer;
import io.tollgate.bench.peers.Peer;
import io.tollgate.bench.peers.TollgatePeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guard of the hot path fails for a slower read. */
final class HitRatioTest {
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(60);

  @Test
  void findsAHitThatBecameFiveTimesAsSlow() {
    try (TokenServer server = TokenServer.start("hit-ratio-test");
        Peer peer = new TollgatePeer(server.endpoint())) {
      double asIs = HitRatio.measure(() -> read(peer, 1));
      double slow = HitRatio.measure(() -> read(peer, 5));
      // Where the JVM had no processor to compile on, one of the two was measured before it was.
      long start = System.nanoTime();
      while (HitRatio.isAllowed(slow, asIs) && System.nanoTime() - start < MOST_NANOS) {
        asIs = Math.min(asIs, HitRatio.measure(() -> read(peer, 1)));
        slow = Math.min(slow, HitRatio.measure(() -> read(peer, 5)));
      }
      assertTrue(HitRatio.isAllowed(asIs, asIs));
      assertFalse(HitRatio.isAllowed(slow, asIs), slow + " against " + asIs);
    }
  }

  private static String read(Peer peer, int times) {
    try {
      String last = "";
      for (int i = 0; i < times; i++) {
        last = peer.authorization();
      }
      return last;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void readsWhatIsKeptAndMissesItIfItIsNotThere(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("kept.properties");
    Files.writeString(file, "# why\nratio=2.5\n");
    double kept = HitRatio.kept(file);
    assertTrue(HitRatio.isAllowed(5.0, kept));
    assertFalse(HitRatio.isAllowed(5.01, kept));
    Files.writeString(file, "# why\n");
    assertThrows(IOException.class, () -> HitRatio.kept(file));
  }
}
