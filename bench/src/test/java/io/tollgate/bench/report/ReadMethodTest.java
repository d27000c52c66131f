package io.tollgate.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tollgate.bench.peers.Peer;
import io.tollgate.bench.peers.Peers;
import io.tollgate.bench.peers.TokenEndpoint;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The page shows every measured read, under the same names. */
final class ReadMethodTest {
  @Test
  void everyBenchmarkHasItsLineOnThePage() {
    var quiet = OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT);
    Set<String> measured = new TreeSet<>();
    BenchmarkList.defaultList()
        .find(quiet, List.of("io.tollgate.bench.hotpath.*"), List.of())
        .forEach(
            benchmark ->
                measured.addAll(
                    keys(
                        benchmark.getUsername(),
                        benchmark.getParams().orElse(Map.of()).get("peer"))));
    Set<String> shown =
        Arrays.stream(ReadMethod.values())
            .map(ReadMethod::key)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(shown, measured);
  }

  private static List<String> keys(String name, String[] peers) {
    String method = name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1);
    return peers == null
        ? List.of(method)
        : Arrays.stream(peers).map(peer -> method + ":" + peer).toList();
  }

  @Test
  void aPeerIsCalledWhatItCallsItself() throws Exception {
    TokenEndpoint nowhere =
        new TokenEndpoint(URI.create("http://127.0.0.1:1/token"), "me", "secret");
    for (ReadMethod method : ReadMethod.values()) {
      if (method.kind() == ReadMethod.Kind.PEER) {
        String key = method.key().substring(method.key().indexOf(':') + 1);
        try (Peer peer = Peers.of(key).open(nowhere)) {
          assertEquals(peer.name(), method.label());
        }
      }
    }
  }
}
