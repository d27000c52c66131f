package io.tollgate.tests;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The second judge: a certified OAuth server that no one here wrote, counting its own events. */
public final class OidcProvider implements AutoCloseable {
  public static final String CLIENT_ID = "demo";
  public static final String CLIENT_SECRET = "demo-secret";

  private final ServerProcess process;

  private OidcProvider(ServerProcess process) {
    this.process = process;
  }

  /** Starts it, and installs its packages first if they are not there yet. */
  public static OidcProvider start(Duration tokenLatency) {
    Path home = install();
    return new OidcProvider(
        ServerProcess.start(
            List.of("node", "server.js", Long.toString(tokenLatency.toMillis())),
            home,
            home.resolve("server.log")));
  }

  /**
   * Starts it with a client for each way to prove who asks; their private keys go to {@code keys}.
   */
  public static OidcProvider withProofs(Path keys) {
    return with("proofs", keys);
  }

  /**
   * Starts it with clients whose tokens are bound to a key, and with one that a certificate proves;
   * keys and certificates go to {@code keys}.
   */
  public static OidcProvider withPossession(Path keys) {
    return with("bound", keys);
  }

  /** Starts it with clients whose users sign in; the private key of one goes to {@code keys}. */
  public static OidcProvider withLogins(Path keys) {
    return with("login", keys);
  }

  private static OidcProvider with(String script, Path keys) {
    Path home = install();
    return new OidcProvider(
        ServerProcess.start(
            List.of("node", script + ".js", keys.toAbsolutePath().toString()),
            home,
            home.resolve(script + ".log")));
  }

  /** A refresh token of the one client that has users, as if one had signed in. */
  public String refreshToken() {
    return process.greeting("refresh_token");
  }

  /**
   * What the provider's events tell of one client, by {@code granted}, {@code refused} and so on.
   */
  public long counted(String client, String what) {
    return process
        .get(process.greeting("counts_url"))
        .path("clients")
        .path(client)
        .path(what)
        .asLong();
  }

  /** Blocks until a count of a client is so high. */
  void awaitCount(String client, String what, long least, Duration limit) {
    Await.until(client + ": " + least + " " + what, limit, () -> counted(client, what) >= least);
  }

  /** Blocks until each rotation of a client's refresh token has brought a grant. */
  void awaitGrants(String client, Duration limit) {
    Await.until(
        client + ": a grant for each rotation",
        limit,
        () -> counted(client, "granted") == counted(client, "rotated"));
  }

  /** As the provider names itself. */
  public String issuer() {
    return process.greeting("url");
  }

  public URI tokenUrl() {
    return URI.create(process.greeting("token_url"));
  }

  /** The token endpoint that asks for certificates. */
  public URI tlsTokenUrl() {
    return URI.create(process.greeting("tls_token_url"));
  }

  /** What the provider protects itself. */
  public URI userInfoUrl() {
    return URI.create(process.greeting("userinfo_url"));
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

  private static Path install() {
    Path source = Layout.oidcProvider();
    Path home = Layout.build().resolve("oidc-provider");
    Path lock = home.resolve("package-lock.json");
    try {
      Files.createDirectories(home);
      // npm writes its hidden lock file last: it stands for a complete installation.
      boolean current =
          Files.exists(home.resolve("node_modules/.package-lock.json"))
              && Files.exists(lock)
              && Files.mismatch(source.resolve("package-lock.json"), lock) < 0;
      for (String file :
          List.of(
              "package.json",
              "package-lock.json",
              "server.js",
              "proofs.js",
              "bound.js",
              "login.js")) {
        Files.copy(source.resolve(file), home.resolve(file), StandardCopyOption.REPLACE_EXISTING);
      }
      if (!current) {
        npmCi(home);
      }
      return home;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void npmCi(Path home) throws IOException {
    Path log = home.resolve("npm.log");
    Process npm =
        new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    npm.getOutputStream().close();
    try {
      if (!npm.waitFor(3, TimeUnit.MINUTES)) {
        throw new IOException("npm ci did not end in 3 minutes; see " + log);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while npm ci was running", e);
    } finally {
      npm.destroyForcibly();
    }
    if (npm.exitValue() != 0) {
      throw new IOException("npm ci failed; see " + log);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
