package io.tollgate.tests;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The second judge: a certified OAuth server that no one here wrote, counting its own events. */
public final class OidcProvider implements AutoCloseable {
  public static final String CLIENT_ID = "demo";
  public static final String CLIENT_SECRET = "demo-secret";

  private final ServerProcess process;

  private OidcProvider(ServerProcess process) {
    this.process = process;
  }

  /** Starts it. */
  public static OidcProvider start(Duration tokenLatency) {
    Path home = Layout.oidcProvider();
    return new OidcProvider(
        ServerProcess.start(
            List.of("node", "server.js", Long.toString(tokenLatency.toMillis())),
            home,
            home.resolve("server.log")));
  }

  public URI tokenUrl() {
    return URI.create(process.greeting("token_url"));
  }

  public URI apiUrl() {
    return URI.create(process.greeting("api_url"));
  }

  /** Token requests that the provider's own events tell of, granted or refused. */
  public long tokenRequests() {
    JsonNode counts = process.get(process.greeting("counts_url"));
    return counts.path("grant_success").asLong()
        + counts.path("grant_error").asLong()
        + counts.path("server_error").asLong();
  }

  /** API requests with a token that the provider found valid. */
  public long apiOk() {
    return process.get(process.greeting("counts_url")).path("api_ok").asLong();
  }

  @Override
  public void close() {
    process.close();
  }
}
