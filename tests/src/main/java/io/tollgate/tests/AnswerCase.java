package io.tollgate.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tollgate.tests.ShippedApi.Taken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One answer of a token endpoint, what the profile says about it, and what is to come of it: an
 * entry of a file under {@code tests/cases}. The fields of {@code want}:
 *
 * <ul>
 *   <li>{@code outcome}: {@code token}, or the error code
 *   <li>{@code token}, {@code jwt}, {@code life_s} (from, to), {@code life_assumed}, {@code notes}
 *       (all of them; with {@code notes_any} one of them), {@code refresh_token}, {@code
 *       looks_like} (a preset)
 *   <li>{@code says}, {@code advice}: parts of the error; {@code correlation}: its id; {@code
 *       held_s} (from, to): how long nothing more is asked
 *   <li>{@code hides}: what no text holds
 *   <li>{@code requests}: most of them; {@code apart_ms}: least time between two; {@code sent}:
 *       parts of the first; {@code sends_at_most}: texts and in how many requests they are
 *   <li>{@code watch_s}: for so long a thread goes on reading; {@code failures} of these reads, the
 *       token they {@code ends_with}, tokens {@code minted} or {@code minted_at_least}, and what is
 *       {@code told_once} in the log
 * </ul>
 */
final class AnswerCase {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(60);

  final String name;
  final JsonNode json;
  private final JsonNode want;

  private ShippedApi.Profile profile;
  private Taken first;
  private JsonNode statusAtFirst;
  private Taken last;
  private int failures;

  private AnswerCase(JsonNode json) {
    this.json = json;
    name = json.path("name").asText();
    want = json.path("want");
  }

  /** The cases of a file, or of all files below a folder. */
  static List<AnswerCase> read(Path place) {
    List<AnswerCase> cases = new ArrayList<>();
    try (Stream<Path> files = Files.walk(place)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".json")).sorted().toList()) {
        JSON.readTree(file.toFile()).forEach(one -> cases.add(new AnswerCase(one)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return cases;
  }

  /** Where it was found, if it is not ours. */
  String source() {
    return json.path("source").asText();
  }

  /** Takes a token as a thread does, and goes on reading for as long as the case says. */
  void play(ShippedApi api, AuthServer server, Map<String, String> settings) {
    Map<String, String> all = new LinkedHashMap<>(settings);
    all.put("token_url", server.answersUrl(name) + json.path("path").asText());
    json.path("settings")
        .fields()
        .forEachRemaining(e -> all.put(e.getKey(), e.getValue().asText()));
    profile = api.new Profile(name, all);
    first = profile.token();
    statusAtFirst = status();
    last = first;
    Await.within(Duration.ofSeconds(want.path("watch_s").asLong()), this::readOn);
    // On a busy machine less may have happened by then.
    Await.within(LIMIT, () -> hasComeTo() || readOn());
  }

  /** Whether what time brings is there. */
  private boolean hasComeTo() {
    return (!want.has("ends_with") || want.path("ends_with").asText().equals(last.token()))
        && (!want.has("minted_at_least") || minted() >= want.path("minted_at_least").asInt());
  }

  private int minted() {
    int minted = 0;
    for (JsonNode count : status().path("mints")) {
      minted += count.asInt();
    }
    return minted;
  }

  /** Reads once more; it is never enough. */
  private boolean readOn() {
    if (want.has("watch_s")) {
      last = profile.token();
      failures += last.token() == null ? 1 : 0;
    }
    return false;
  }

  private JsonNode status() {
    try {
      return JSON.readTree(profile.status());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What came otherwise than wanted. {@code received}: what the server got for this case. */
  List<String> wrong(ShippedApi api, JsonNode received) {
    Wrong wrong = new Wrong();
    if (first == null) {
      return List.of("it was not played");
    }
    boolean token = want.path("outcome").asText().equals("token");
    wrong.unless(
        token ? first.token() != null : want.path("outcome").asText().equals(first.code()),
        "outcome " + first);
    if (token) {
      token(wrong);
    } else {
      refusal(wrong);
    }
    requests(wrong, received);
    List<String> log = api.log(name);
    if (want.has("told_once")) {
      String text = want.path("told_once").asText();
      long times = log.stream().filter(line -> line.contains(text)).count();
      wrong.unless(times == 1, "told " + times + " times: " + text);
    }
    for (JsonNode hidden : want.path("hides")) {
      String texts = log + first.message() + statusAtFirst;
      wrong.unless(!texts.contains(hidden.asText()), "tells " + hidden);
    }
    return wrong.texts;
  }

  private void token(Wrong wrong) {
    if (want.has("token")) {
      wrong.unless(want.path("token").asText().equals(first.token()), "token " + first.token());
    }
    if (want.path("jwt").asBoolean()) {
      wrong.unless(String.valueOf(first.token()).startsWith("eyJ"), "no JWT: " + first.token());
    }
    JsonNode granted = statusAtFirst.path("granted");
    wrong.within(want.path("life_s"), granted.path("lifetime_ms").asDouble() / 1000, "life");
    wrong.unless(
        want.path("life_assumed").asBoolean() == granted.path("lifetime_assumed").asBoolean(),
        "assumed life: " + granted);
    String notes = granted.path("notes").toString();
    boolean any = false;
    for (JsonNode note : want.path("notes")) {
      any |= notes.contains(note.asText());
      wrong.unless(want.has("notes_any") || notes.contains(note.asText()), "notes " + notes);
    }
    wrong.unless(!want.has("notes_any") || any, "notes " + notes);
    wrong.unless(
        !want.has("notes") || want.path("notes").size() > 0 || notes.equals("[]"),
        "notes " + notes);
    if (want.has("looks_like")) {
      String like = statusAtFirst.path("looks_like").path("preset").asText();
      wrong.unless(like.equals(want.path("looks_like").asText()), "looks like " + like);
    }
    if (want.has("refresh_token")) {
      JsonNode held = statusAtFirst.path("grant").path("refresh_token");
      wrong.unless(held.equals(want.path("refresh_token")), "refresh token " + held);
    }
    if (want.has("ends_with")) {
      wrong.unless(want.path("ends_with").asText().equals(last.token()), "ends with " + last);
    }
    wrong.unless(failures <= want.path("failures").asInt(), failures + " reads failed: " + last);
    int minted = minted();
    wrong.unless(!want.has("minted") || minted == want.path("minted").asInt(), "minted " + minted);
    wrong.unless(minted >= want.path("minted_at_least").asInt(), "minted " + minted);
  }

  private void refusal(Wrong wrong) {
    JsonNode error = statusAtFirst.path("last_error");
    for (JsonNode text : want.path("says")) {
      wrong.unless(error.path("message").asText().contains(text.asText()), "says " + error);
      wrong.unless(first.message().contains(text.asText()), "message " + first.message());
    }
    if (want.has("correlation")) {
      String id = "(correlation id " + want.path("correlation").asText() + ")";
      wrong.unless(error.path("message").asText().contains(id), "no " + id + " in " + error);
    }
    for (JsonNode text : want.path("advice")) {
      wrong.unless(error.path("advice").asText().contains(text.asText()), "advice " + error);
    }
    wrong.within(
        want.path("held_s"), statusAtFirst.path("token_gate_ms").asDouble() / 1000, "held");
  }

  private void requests(Wrong wrong, JsonNode received) {
    int count = received.path("count").asInt();
    wrong.unless(count > 0, "no request");
    JsonNode requests = received.path("requests");
    List<Long> times = new ArrayList<>();
    requests.forEach(
        one -> times.add(one.path("at_ms").asLong() - requests.path(0).path("at_ms").asLong()));
    wrong.unless(
        !want.has("requests") || count <= want.path("requests").asInt(),
        count + " requests, after ms: " + times);
    for (JsonNode part : want.path("sent")) {
      wrong.unless(
          requests.path(0).path("body").asText().contains(part.asText()),
          "sent " + requests.path(0));
    }
    for (int i = 1; i < times.size(); i++) {
      long apart = times.get(i) - times.get(i - 1);
      wrong.unless(apart >= want.path("apart_ms").asLong(), "asked again after " + apart + " ms");
    }
    want.path("sends_at_most")
        .fields()
        .forEachRemaining(
            most -> {
              int sent = 0;
              for (JsonNode request : requests) {
                sent += request.path("body").asText().contains(most.getKey()) ? 1 : 0;
              }
              wrong.unless(sent <= most.getValue().asInt(), sent + " times " + most.getKey());
            });
  }

  /** What is wrong so far. */
  private static final class Wrong {
    final List<String> texts = new ArrayList<>();

    void unless(boolean right, String what) {
      if (!right) {
        texts.add(what);
      }
    }

    void within(JsonNode bounds, double value, String what) {
      unless(
          bounds.isMissingNode()
              || value >= bounds.path(0).asDouble() && value <= bounds.path(1).asDouble(),
          what + " " + value);
    }
  }
}
