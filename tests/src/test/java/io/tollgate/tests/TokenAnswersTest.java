package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Answers of token endpoints as servers were seen to give them, and what a thread gets from the
 * shipped jar. All cases are played at once, each against a token endpoint of its own: most of the
 * time is waiting.
 */
class TokenAnswersTest {
  private static final String SECRET = AuthServer.CLIENT_SECRET;
  private static final Map<String, String> SETTINGS =
      Map.of("client_id", "app", "client_secret", SECRET, "token_timeout", "10s");

  private static List<AnswerCase> cases;
  private static ShippedApi api;
  private static JsonNode received;

  @BeforeAll
  static void play() throws InterruptedException, ExecutionException {
    cases = AnswerCase.read(Layout.cases().resolve("token-answers.json"));
    cases.addAll(AnswerCase.read(Layout.cases().resolve("presets")));
    api = new ShippedApi();
    ExecutorService threads = Executors.newFixedThreadPool(cases.size());
    try (AuthServer server = AuthServer.start("token-answers")) {
      server.answer(cases.stream().map(one -> one.json).toList());
      // The first wakes the engine up, so that the times of the others are theirs.
      cases.get(0).play(api, server, SETTINGS);
      List<Future<?>> played = new ArrayList<>();
      for (AnswerCase one : cases.subList(1, cases.size())) {
        played.add(threads.submit(() -> one.play(api, server, SETTINGS)));
      }
      for (Future<?> one : played) {
        one.get();
      }
      received = server.received();
    } finally {
      threads.shutdownNow();
    }
  }

  @AfterAll
  static void close() {
    api.close();
  }

  @TestFactory
  List<DynamicTest> everyAnswerComesToWhatIsWanted() {
    return cases.stream()
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.name,
                    () -> assertEquals(List.of(), one.wrong(api, received.path(one.name)))))
        .toList();
  }

  @Test
  void noSecretIsInTheLog() {
    assertTrue(api.log().size() > cases.size() / 2, "too few log lines to mean anything");
    for (String line : api.log()) {
      assertFalse(line.contains(SECRET), line);
    }
  }

  @Test
  void controlAWantThatIsNotMetIsTold() {
    AnswerCase one =
        cases.stream().filter(each -> each.name.equals("plain-rfc-6749")).findFirst().orElseThrow();
    assertEquals(List.of("no request"), one.wrong(api, received.path("no such case")));
  }

  @Test
  void twentyOfThemWereFoundElsewhere() {
    long found =
        AnswerCase.read(Layout.cases().resolve("token-answers.json")).stream()
            .filter(one -> one.source().startsWith("https://"))
            .count();
    assertTrue(found >= 20, "found " + found);
  }
}
