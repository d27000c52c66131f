package io.tollgate.bench.hotpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Function;
import org.apache.jmeter.protocol.http.control.HeaderManager;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;
import org.junit.jupiter.api.Test;

/** All compared methods give a sampler without headers its token. */
final class PreProcessingTest {
  @Test
  void eachWayLeavesOneHeaderHoweverOftenItRuns() throws Exception {
    PreProcessing run = new PreProcessing();
    run.open();
    try {
      PreProcessing.Elements elements = new PreProcessing.Elements();
      elements.prepare(run);
      List<Function<PreProcessing.Elements, Object>> methods =
          List.of(run::constant, run::element, run::authorize, run::script, run::recipe);
      for (Function<PreProcessing.Elements, Object> way : methods) {
        for (int i = 0; i < 2; i++) {
          HeaderManager headers = ((HTTPSamplerProxy) way.apply(elements)).getHeaderManager();
          assertEquals(1, headers.size());
          assertTrue(headers.get(0).getValue().startsWith("Bearer "), headers.toString());
        }
      }
    } finally {
      run.close();
    }
  }
}
