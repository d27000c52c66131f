package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What APIs answer word for word, in one run of a real JMeter: each case has a profile, a client
 * and a token endpoint of its own, so that nothing of one is said of another.
 */
class ApiAnswersTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void everyAnswerMeansWhatItsCaseSays() throws IOException {
    JsonNode cases = JSON.readTree(Layout.cases("api_answers.json").toFile());
    assertTrue(cases.size() >= 30, "cases");
    try (AuthServer server = AuthServer.start("api-answers")) {
      server.answer(withTokens(cases));
      Path directory = Files.createDirectories(Layout.build().resolve("system/api-answers-in"));
      Path state = directory.resolve("state.tsv");
      Files.deleteIfExists(state);
      FinishedRun run = started(cases, server, directory, state).run(LIMIT);
      assertEquals(0, run.exitCode(), run::log);
      Map<String, String[]> states = states(state);
      JsonNode received = server.received();
      List<String> wrong = new ArrayList<>();
      for (JsonNode one : cases) {
        String name = one.get("name").asText();
        String[] told = states.get(name);
        assertTrue(told != null, () -> name + " was not run: " + run.log());
        new Judge(one, told, received, run.log()).judge(wrong);
      }
      assertEquals(List.of(), wrong);
      assertFalse(run.jtl().contains("t-query-"), "a token in a URL of the results");
      assertFalse(run.log().contains("k3y-of-the-plan"), "an API key in the log");
    }
  }

  private static JMeterRun.Builder started(
      JsonNode cases, AuthServer server, Path directory, Path state) throws IOException {
    StringBuilder list = new StringBuilder();
    JMeterRun.Builder run =
        JMeterRun.of("api-answers", "answers.jmx").tollgate().api(server.answersUrl("any"));
    for (JsonNode one : cases) {
      String name = one.get("name").asText();
      list.append(name).append(';').append(one.path("requests").asInt(1)).append(';');
      list.append(one.path("gap_ms").asInt(0)).append(';');
      list.append(one.path("element").asBoolean() ? "419, 440" : "").append('\n');
      run.profile(name, "token_url", server.answersUrl("token-" + name));
      run.profile(name, "client_id", name).profile(name, "client_secret", "secret");
      one.path("profile")
          .fields()
          .forEachRemaining(field -> run.profile(name, field.getKey(), field.getValue().asText()));
    }
    Path names = Files.writeString(directory.resolve("cases.csv"), list);
    return run.set("cases", names).set("state", state);
  }

  /** The cases, and a token endpoint for each. */
  private static List<Object> withTokens(JsonNode cases) {
    List<Object> all = new ArrayList<>();
    for (JsonNode one : cases) {
      String name = one.get("name").asText();
      Map<String, String> body =
          Map.of("access_token", "t-" + name + "-{count}", "token_type", "Bearer");
      all.add(one);
      all.add(Map.of("name", "token-" + name, "answers", List.of(Map.of("body", body))));
    }
    return all;
  }

  /** Of each case what Tollgate said after its last request. */
  private static Map<String, String[]> states(Path file) throws IOException {
    Map<String, String[]> states = new HashMap<>();
    for (String line : Files.readAllLines(file)) {
      String[] fields = line.split("\t");
      states.put(fields[0], fields);
    }
    return states;
  }

  /** Holds one case to what it wants. */
  private static final class Judge {
    private final String name;
    private final JsonNode want;
    private final double gate;
    private final double since;
    private final JsonNode status;
    private final JsonNode received;
    private final String log;

    Judge(JsonNode one, String[] told, JsonNode received, String log) throws IOException {
      this.name = one.get("name").asText();
      this.want = one.get("want");
      this.gate = Long.parseLong(told[1]) / 1000.0;
      this.since = Long.parseLong(told[2]) / 1000.0;
      this.status = JSON.readTree(told[3]);
      this.received = received;
      this.log = log;
    }

    void judge(List<String> wrong) {
      JsonNode bounds = want.get("gate_s");
      // What has passed since the request was sent may be missing from the time that is left.
      if (gate + since < bounds.get(0).asDouble() || gate > bounds.get(1).asDouble()) {
        wrong.add(
            name + ": the gate is closed for " + gate + " s after " + since + " s, not " + bounds);
      }
      if (want.has("tokens")) {
        int tokens = received.path("token-" + name).path("count").asInt();
        if (tokens != want.get("tokens").asInt()) {
          wrong.add(name + ": " + tokens + " token requests");
        }
      }
      if (want.has("forbidden")
          && status.findValue("forbidden").asInt() != want.get("forbidden").asInt()) {
        wrong.add(name + ": " + status.findValue("forbidden") + " missing permissions");
      }
      if (want.has("told") && log.lines().noneMatch(line -> tells(line, want))) {
        wrong.add(name + ": the log does not tell '" + want.get("told").asText() + "'");
      }
      sent(wrong);
    }

    private boolean tells(String line, JsonNode told) {
      return line.contains("'" + name + "'") && line.contains(told.get("told").asText());
    }

    private void sent(List<String> wrong) {
      JsonNode requests = received.path(name).path("requests");
      JsonNode last = requests.path(requests.size() - 1);
      String headers = last.path("headers").toString();
      want.path("sent")
          .fields()
          .forEachRemaining(
              header -> {
                String value = last.path("headers").path(header.getKey()).toString();
                if (!value.contains("\"" + header.getValue().asText() + "\"")) {
                  wrong.add(name + ": sent " + headers);
                }
              });
      for (JsonNode absent : want.path("absent")) {
        if (last.path("headers").has(absent.asText())) {
          wrong.add(name + ": sent " + headers);
        }
      }
      if (want.has("target") && !want.get("target").equals(last.path("target"))) {
        wrong.add(name + ": sent " + last.path("target"));
      }
    }
  }
}
