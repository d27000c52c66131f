package io.tollgate.tests;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/** The misbehaving OAuth server and API of this project, which is also the judge: it counts. */
public final class AuthServer implements AutoCloseable {
  /** The one client it knows. */
  public static final String CLIENT_ID = "demo";

  /** The header in which requests may say when their headers were read. */
  static final String READ_AT = "X-Headers-Read-At";

  /** A secret that no text contains by chance. */
  public static final String CLIENT_SECRET = "s3cr3t-" + UUID.randomUUID();

  private final ServerProcess process;

  private AuthServer(ServerProcess process) {
    this.process = process;
  }

  /**
   * Starts a server with the given flags.
   *
   * @param name of the log file of its standard error
   */
  public static AuthServer start(String name, String... flags) {
    List<String> command = new ArrayList<>();
    command.add(Layout.authServer().toString());
    command.add("--exit-with-stdin");
    command.add("--client");
    command.add(CLIENT_ID + ":" + CLIENT_SECRET);
    command.add("--read-at-header");
    command.add(READ_AT);
    Collections.addAll(command, flags);
    Path directory = Layout.build();
    return new AuthServer(
        ServerProcess.start(
            command, directory, directory.resolve("system").resolve(name + "-server.log")));
  }

  public URI tokenUrl() {
    return URI.create(process.greeting("token_url"));
  }

  public URI apiUrl() {
    return URI.create(process.greeting("api_url"));
  }

  public Counts counts() {
    return new Counts(process.get(url("/control/counts")), CLIENT_ID);
  }

  /** Blocks until the counts are as wanted. */
  public void await(String what, Duration limit, Predicate<Counts> wanted) {
    Await.until(what, limit, () -> wanted.test(counts()));
  }

  /** The log of token requests, oldest first. */
  public JsonNode requests() {
    return process.get(url("/control/requests"));
  }

  /** Changes how the server behaves from now on: the flags' names in snake_case. */
  public void set(Map<String, ?> settings) {
    process.post(url("/control/settings"), settings);
  }

  /** Answers these cases word for word from now on, below {@link #answersUrl}. */
  public void answer(Object cases) {
    process.post(url("/control/answers"), cases);
  }

  /** Where a case is answered; so is every path below it. */
  public URI answersUrl(String name) {
    return URI.create(process.greeting("answers_url") + "/" + name);
  }

  /** What each case received, by its name: {@code count}, and the {@code requests} themselves. */
  public JsonNode received() {
    return process.get(url("/control/answers"));
  }

  /** Kills the tokens that the client holds now, before their time. */
  public void revoke() {
    process.post(url("/control/revoke"), Map.of("client", CLIENT_ID));
  }

  /** Kills the refresh tokens that the client holds now; its access tokens live on. */
  public void revokeRefreshTokens() {
    process.post(
        url("/control/revoke"), Map.of("client", CLIENT_ID, "refresh_tokens", Boolean.TRUE));
  }

  /** Spends a refresh token, as another process would that has it too; answers the status. */
  public int refresh(String refreshToken) {
    return process.postForm(
        tokenUrl().toString(),
        Map.of(
            "grant_type", "refresh_token",
            "refresh_token", refreshToken,
            "client_id", CLIENT_ID,
            "client_secret", CLIENT_SECRET));
  }

  private String url(String path) {
    return process.greeting("url") + path;
  }

  @Override
  public void close() {
    process.close();
  }
}
