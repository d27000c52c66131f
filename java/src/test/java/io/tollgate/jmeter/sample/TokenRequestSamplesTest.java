package io.tollgate.jmeter.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.jmeter.JMeterRunListener;
import io.tollgate.testing.Api;
import io.tollgate.testing.Plan;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.util.JMeterUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenRequestSamplesTest {
  private static final String LABEL = "Tollgate token request";

  @TempDir Path directory;
  private TokenServer server;
  private Credential credential;
  private String name;

  @BeforeEach
  void start() {
    Plugin.ready();
    JMeterRunListener.install();
    server = new TokenServer();
    name = Plugin.newName();
    credential = Tollgate.define(name, server.settings());
  }

  @AfterEach
  void stop() {
    server.close();
    JMeterUtils.setProperty(TokenRequestSamples.MODE, "");
    JMeterUtils.setProperty(TokenRequestSamples.FILE, "");
  }

  /** Eight threads and an API that lets each of the first three tokens do five requests. */
  private List<SampleResult> run(String mode) throws Exception {
    JMeterUtils.setProperty(TokenRequestSamples.MODE, mode);
    Map<String, AtomicInteger> uses = new ConcurrentHashMap<>();
    try (Api api =
        new Api(
            exchange -> {
              String token = Api.header(exchange, "Authorization");
              int use = uses.computeIfAbsent(token, t -> new AtomicInteger()).incrementAndGet();
              return use > 5 && uses.size() < 4 ? 401 : 200;
            })) {
      return Plan.of(api.sampler("/x"))
          .threads(8)
          .loops(6)
          .before(credential::authorize)
          .after(credential::report)
          .run();
    }
  }

  /** Those of this test: the engine is one for all tests of the JVM. */
  private List<SampleResult> ofTokens(List<SampleResult> all) {
    return all.stream()
        .filter(result -> LABEL.equals(result.getSampleLabel()))
        .filter(result -> result.getResponseMessage().contains("'" + name + "'"))
        .collect(Collectors.toList());
  }

  @Test
  void eachRequestIsASampleOnceWithItsOwnTimes() throws Exception {
    long before = System.currentTimeMillis();
    List<SampleResult> samples = ofTokens(run("main"));
    assertEquals(server.requests(), samples.size(), samples.toString());
    for (SampleResult sample : samples) {
      assertTrue(sample.isSuccessful() && "200".equals(sample.getResponseCode()));
      assertTrue(sample.getStartTime() >= before, "started before the run");
      assertTrue(sample.getStartTime() + sample.getTime() <= System.currentTimeMillis());
      String all = sample.getResponseMessage() + sample.getSamplerData();
      assertFalse(all.contains("secret") || all.contains("token-"), all);
      assertEquals("", sample.getResponseDataAsString());
    }
    assertTrue(samples.get(0).getResponseMessage().startsWith("token 1 (profile 'test-"));
  }

  @Test
  void aFailedRequestIsAFailedSampleInTheServersWords() throws Exception {
    server.answerWith(401);
    List<SampleResult> samples = ofTokens(run("main"));
    assertEquals(server.requests(), samples.size());
    assertFalse(samples.get(0).isSuccessful());
    assertEquals("401", samples.get(0).getResponseCode());
    String message = samples.get(0).getResponseMessage();
    assertTrue(message.contains("no such client"), message);
  }

  @Test
  void withoutAWordFromTheUserThereAreNone() throws Exception {
    assertEquals(0, ofTokens(run("")).size());
    assertEquals(0, ofTokens(run("every-one")).size(), "a word that means nothing");
    assertEquals(0, ofTokens(run("off")).size());
    assertTrue(server.requests() > 0);
  }

  @Test
  void aFileOfTheirOwnLeavesTheListenersAlone() throws Exception {
    Path file = directory.resolve("tokens.jtl");
    JMeterUtils.setProperty(TokenRequestSamples.FILE, file.toString());
    assertEquals(0, ofTokens(run("file")).size());
    List<String> lines = lines(file);
    assertTrue(lines.get(0).startsWith("timeStamp,elapsed,label,responseCode"), lines.get(0));
    assertEquals(server.requests(), lines.size() - 1);
    assertTrue(lines.get(1).contains("," + LABEL + ",200,"), lines.get(1));
    run("file");
    assertEquals(1 + server.requests(), lines(file).size(), "one head, and goes on");
  }

  /** The head, and the lines of this test. */
  private List<String> lines(Path file) throws Exception {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith("timeStamp") || line.contains("'" + name + "'"))
        .collect(Collectors.toList());
  }

  @Test
  void aFileThatCannotBeWrittenHurtsNoRun() throws Exception {
    JMeterUtils.setProperty(TokenRequestSamples.FILE, directory.resolve("no/such/dir").toString());
    assertEquals(48, run("file").size());
    assertTrue(server.requests() >= 2, "tokens: " + server.requests());
  }
}
