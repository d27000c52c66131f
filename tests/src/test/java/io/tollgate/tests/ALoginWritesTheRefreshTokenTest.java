package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user signs in once, by browser or device code, and a test starts with what that brought. */
class ALoginWritesTheRefreshTokenTest {
  @TempDir Path temp;

  private Path properties(AuthServer server) throws IOException {
    String base = server.tokenUrl().toString().replace("/token", "");
    return Files.write(
        temp.resolve("user.properties"),
        Stream.of(
                "token_url=" + server.tokenUrl(),
                "authorization_url=" + base + "/authorize",
                "device_authorization_url=" + base + "/device",
                "client_id=" + AuthServer.CLIENT_ID,
                "client_secret=" + AuthServer.CLIENT_SECRET,
                "grant=refresh_token",
                "refresh_token=file:" + file())
            .map("tollgate.profile.app."::concat)
            .toList());
  }

  private Path file() {
    return temp.resolve("refresh-token.txt");
  }

  @Test
  void byABrowserThatComesBack() throws Exception {
    try (AuthServer server = AuthServer.start("login-browser")) {
      Path properties = properties(server);
      Files.writeString(file(), "an old one\n");
      List<String> said =
          LoginCommand.run(
              properties,
              "app",
              LoginCommand::followLink,
              "--no-browser",
              "--param",
              "login_hint=bob");
      assertTrue(said.contains("Signed in. The refresh token is in " + file()), said.toString());
      assertEquals(1, server.counts().tokenRequests(), "the code is redeemed once");
      assertGood(server, properties, said);
    }
  }

  @Test
  void byADeviceCode() throws Exception {
    try (AuthServer server = AuthServer.start("login-device")) {
      Path properties = properties(server);
      List<String> said = LoginCommand.run(properties, "app", line -> {}, "--device");
      assertTrue(said.contains("and enter the code: TOLL-GATE"), said.toString());
      assertEquals(2, server.counts().tokenRequests(), "a poll too early, and one in time");
      assertGood(server, properties, said);
    }
  }

  @Test
  void whatIsMissingIsTold() throws Exception {
    try (AuthServer server = AuthServer.start("login-refused", "--refresh-tokens", "never")) {
      Path properties = properties(server);
      Program without =
          Program.run(
              "login",
              "app",
              "-p",
              properties.toString(),
              "-Jtollgate.profile.app.refresh_token=literal:x");
      assertEquals(1, without.exitCode(), without.toString());
      assertTrue(without.out().contains("refresh_token=file:PATH"), without.out());
      assertEquals(2, Program.run("login").exitCode(), "no profile");
    }
  }

  /** Only its owner can read the file, nothing is left beside it, and a check lives on it. */
  private void assertGood(AuthServer server, Path properties, List<String> said)
      throws IOException {
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())), "mode");
    String token = Files.readString(file()).trim();
    assertTrue(token.length() > 40, "a token");
    assertFalse(said.toString().contains(token), "the token is printed");
    try (Stream<Path> files = Files.list(temp)) {
      assertEquals(
          0,
          files.filter(one -> one.getFileName().toString().startsWith(".login-")).count(),
          "left over");
    }
    long before = server.counts().minted();
    Program check = Program.run("check", "app", "-p", properties.toString());
    assertEquals(0, check.exitCode(), check.toString());
    assertEquals(before + 1, server.counts().minted(), "by the refresh token");
  }
}
