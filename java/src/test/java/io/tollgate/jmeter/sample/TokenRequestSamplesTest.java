package io.tollgate.jmeter.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.jmeter.JMeterRunListener;
import io.tollgate.run.Journal;
import io.tollgate.testing.Api;
import io.tollgate.testing.Plan;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.jmeter.engine.util.NoThreadClone;
import org.apache.jmeter.samplers.SampleEvent;
import org.apache.jmeter.samplers.SampleListener;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.testelement.AbstractTestElement;
import org.apache.jmeter.threads.JMeterContextService;
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
  private final Map<String, AtomicInteger> uses = new ConcurrentHashMap<>();
  private final Told told = new Told();

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

  /**
   * Eight threads with six samples each, and an API that lets each of the first tokens do five
   * requests. They go on until it is enough: the engine hands a token out and enters it into the
   * journal next, and of what is entered after the last sample no listener is told.
   */
  private List<SampleResult> run(String mode, int refused, BooleanSupplier isEnough) {
    JMeterUtils.setProperty(TokenRequestSamples.MODE, mode);
    uses.clear();
    try (Api api =
        new Api(
            exchange -> {
              String token = Api.header(exchange, "Authorization");
              int use = uses.computeIfAbsent(token, t -> new AtomicInteger()).incrementAndGet();
              return use > 5 && uses.size() <= refused ? 401 : 200;
            })) {
      return Plan.of(api.sampler("/x"))
          .with(told)
          .threads(8)
          .seconds(120)
          .before(
              sampler -> {
                if (iteration() > 6) {
                  sleep();
                }
                credential.authorize(sampler);
              })
          .after(
              result -> {
                credential.report(result);
                result.setStopThread(iteration() >= 6 && isEnough.getAsBoolean());
              })
          .run();
    }
  }

  private static int iteration() {
    return JMeterContextService.getContext().getVariables().getIteration();
  }

  private static void sleep() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether no token will be refused any more, and listeners were told of each request. */
  private boolean isTold() {
    return uses.size() > 3 && told.results.size() == server.requests();
  }

  /** The same of the journal. */
  private boolean isEntered(int refused) {
    long entered =
        Journal.read(0).entries().stream()
            .filter(entry -> Arrays.asList("minted", "unchanged", "refused").contains(entry.kind()))
            .filter(entry -> name.equals(entry.text("profile")))
            .count();
    return uses.size() > refused && entered == server.requests();
  }

  /** Hears of the token requests of this test while the run goes on. */
  private final class Told extends AbstractTestElement implements SampleListener, NoThreadClone {
    private static final long serialVersionUID = 1L;
    private final transient Queue<SampleResult> results = new ConcurrentLinkedQueue<>();

    @Override
    public void sampleOccurred(SampleEvent event) {
      results.addAll(ofTokens(Collections.singletonList(event.getResult())));
    }

    @Override
    public void sampleStarted(SampleEvent event) {
      // Nothing to do.
    }

    @Override
    public void sampleStopped(SampleEvent event) {
      // Nothing to do.
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
    List<SampleResult> samples = ofTokens(run("main", 3, this::isTold));
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
    List<SampleResult> samples =
        ofTokens(run("main", 3, () -> told.results.size() == server.requests()));
    assertEquals(server.requests(), samples.size());
    assertFalse(samples.get(0).isSuccessful());
    assertEquals("401", samples.get(0).getResponseCode());
    String message = samples.get(0).getResponseMessage();
    assertTrue(message.contains("no such client"), message);
  }

  @Test
  void withoutAWordFromTheUserThereAreNone() throws Exception {
    assertEquals(0, ofTokens(run("", 3, () -> true)).size());
    assertEquals(0, ofTokens(run("every-one", 3, () -> true)).size(), "a word that means nothing");
    assertEquals(0, ofTokens(run("off", 3, () -> true)).size());
    assertTrue(server.requests() > 0);
  }

  @Test
  void aFileOfTheirOwnLeavesTheListenersAlone() throws Exception {
    Path file = directory.resolve("tokens.jtl");
    JMeterUtils.setProperty(TokenRequestSamples.FILE, file.toString());
    assertEquals(0, ofTokens(run("file", 3, () -> isEntered(3))).size());
    List<String> lines = lines(file);
    assertTrue(lines.get(0).startsWith("timeStamp,elapsed,label,responseCode"), lines.get(0));
    assertEquals(server.requests(), lines.size() - 1);
    assertTrue(lines.get(1).contains("," + LABEL + ",200,"), lines.get(1));
    run("file", 1, () -> isEntered(1));
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
    assertEquals(48, run("file", 3, () -> true).size());
    assertTrue(server.requests() >= 2, "tokens: " + server.requests());
  }
}
