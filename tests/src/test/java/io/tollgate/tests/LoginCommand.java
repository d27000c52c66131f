package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command {@code login} of the shipped jar, and the user who signs in meanwhile. */
final class LoginCommand {
  /** What the user does with a line that the command prints. */
  interface User {
    void read(String line) throws IOException, InterruptedException;
  }

  private LoginCommand() {}

  /** Runs the command to its end, which must be a good one; returns what it printed. */
  static List<String> run(Path properties, String profile, User user, String... more)
      throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(List.of("login", profile, "-p", properties.toString(), "--within", "30"));
    arguments.addAll(List.of(more));
    Process process =
        new ProcessBuilder(Program.command(List.of(), arguments.toArray(String[]::new)))
            .directory(properties.getParent().toFile())
            .redirectErrorStream(true)
            .start();
    List<String> said = new ArrayList<>();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        said.add(line);
        user.read(line);
      }
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it ends");
    } finally {
      process.destroyForcibly();
    }
    assertEquals(0, process.exitValue(), said.toString());
    return said;
  }

  /** Follows the link that the command prints, as a browser does. */
  static void followLink(String line) throws IOException, InterruptedException {
    if (line.startsWith("http://") && line.contains("code_challenge=")) {
      String page = get(line);
      assertTrue(page.contains("You are signed in."), page);
    }
  }

  /** The page at a URL. */
  static String get(String url) throws IOException, InterruptedException {
    HttpClient browser =
        HttpClient.newBuilder()
            .cookieHandler(new CookieManager())
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    HttpResponse<String> page =
        browser.send(
            HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    assertEquals(200, page.statusCode(), page.body());
    return page.body();
  }
}
