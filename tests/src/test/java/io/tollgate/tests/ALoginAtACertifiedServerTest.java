package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A certified server judges logins by clients of every kind: authorization code with PKCE, which it
 * demands, and device code. It names its endpoints by discovery.
 */
class ALoginAtACertifiedServerTest {
  private static final String CODE = "and enter the code: ";

  /** Every character that form-encoding changes. */
  private static final String SECRET = "a+b/c %26&d=e:f?";

  @TempDir Path temp;

  private Path properties(OidcProvider provider, Map<String, Map<String, String>> clients)
      throws IOException {
    List<String> lines = new ArrayList<>();
    clients.forEach(
        (client, settings) -> {
          String prefix = "tollgate.profile." + client + ".";
          lines.add(prefix + "issuer=" + provider.issuer());
          lines.add(prefix + "client_id=" + client);
          lines.add(prefix + "grant=refresh_token");
          lines.add(prefix + "refresh_token=file:" + temp.resolve(client + ".txt"));
          lines.add(prefix + "scope=openid offline_access");
          settings.forEach((key, value) -> lines.add(prefix + key + "=" + value));
        });
    return Files.write(temp.resolve("user.properties"), lines);
  }

  private Map<String, Map<String, String>> clients() {
    Map<String, Map<String, String>> clients = new LinkedHashMap<>();
    clients.put("public", Map.of("client_auth", "none"));
    clients.put("basic", Map.of("client_secret", SECRET));
    clients.put("post", Map.of("client_secret", SECRET, "client_auth", "client_secret_post"));
    clients.put("es256", Map.of("private_key", "file:" + temp.resolve("login.pem")));
    return clients;
  }

  @Test
  void byABrowserWithEveryClientAuthentication() throws Exception {
    try (OidcProvider provider = OidcProvider.withLogins(temp)) {
      Path properties = properties(provider, clients());
      for (String client : clients().keySet()) {
        LoginCommand.run(
            properties,
            client,
            LoginCommand::followLink,
            "--no-browser",
            "--param",
            "prompt=consent");
        assertEquals(1, provider.counted(client, "granted"), client);
        assertEquals(0, provider.counted(client, "refused"), client);
        assertTrue(Files.readString(temp.resolve(client + ".txt")).length() > 20, client);
      }
    }
  }

  @Test
  void byADeviceCodeWithoutAndWithASecret() throws Exception {
    try (OidcProvider provider = OidcProvider.withLogins(temp)) {
      Path properties = properties(provider, clients());
      List<String> able = List.of("public", "basic", "post");
      ExecutorService users = Executors.newFixedThreadPool(able.size());
      try {
        List<Future<?>> logins = new ArrayList<>();
        for (String client : able) {
          logins.add(
              users.submit(
                  () ->
                      LoginCommand.run(
                          properties, client, line -> approve(provider, line), "--device")));
        }
        for (Future<?> login : logins) {
          login.get();
        }
      } finally {
        users.shutdownNow();
      }
      for (String client : able) {
        assertEquals(1, provider.counted(client, "granted"), client);
        assertTrue(Files.readString(temp.resolve(client + ".txt")).length() > 20, client);
      }
      Program signed =
          Program.run("login", "es256", "-p", properties.toString(), "--device", "--within", "30");
      assertEquals(1, signed.exitCode(), signed.toString());
      assertTrue(signed.out().contains("sign in with a browser"), signed.out());
    }
  }

  /** The user enters the code on another machine. */
  private static void approve(OidcProvider provider, String line)
      throws IOException, InterruptedException {
    if (line.startsWith(CODE)) {
      LoginCommand.get(provider.issuer() + "/approve?user_code=" + line.substring(CODE.length()));
    }
  }
}
