package io.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tollgate.testing.ChildJvm;
import io.tollgate.testing.EndDuringRefresh;
import io.tollgate.testing.FetchTokens;
import io.tollgate.testing.OtherCLibrary;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.Prepared;
import io.tollgate.testing.TokenServer;
import io.tollgate.testing.TwoRuns;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a JVM of its own can show; each must also exit by itself. */
class ChildJvmTest {
  @TempDir Path temp;

  private TokenServer server;

  @BeforeEach
  void start() {
    server = new TokenServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** The shipped jar, so its own library, and the tests' main classes; no JMeter, no slf4j. */
  private static String jarOnly() throws Exception {
    Path tests =
        java.nio.file.Paths.get(
            FetchTokens.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return Plugin.jar() + java.io.File.pathSeparator + tests;
  }

  private String fetch(String... options) throws Exception {
    String[] arguments = java.util.Arrays.copyOf(options, options.length + 1);
    arguments[options.length] = Integer.toString(server.port());
    return ChildJvm.start(jarOnly(), FetchTokens.class, arguments).finish();
  }

  @Test
  void theJarAloneFetchesExitsAndLeavesNothingBehind() throws Exception {
    String output = fetch("-Dtollgate.native.tmpdir=" + temp);
    assertTrue(output.contains("got Bearer " + server.token(1)), output);
    assertEquals(1, server.requests(), output);
    assertFalse(output.contains("WARNING in native method"), output);
    try (Stream<Path> left = Files.list(temp)) {
      assertEquals(Collections.emptyList(), left.collect(java.util.stream.Collectors.toList()));
    }
  }

  @Test
  void theEngineStartsAheadOfItsUseWhereItIsKnownToBeUsed() throws Exception {
    String output = prepared();
    assertTrue(output.contains("at work: true\n"), output);
    assertTrue(output.contains("got Bearer " + server.token(1)), output);
  }

  @Test
  void anElementThatIsReadStartsItInAHeadlessJMeterAndInNoOther() throws Exception {
    assertTrue(byElement("-DJMeter.NonGui=true").contains("at work: true\n"));
    assertTrue(byElement("-DJMeter.NonGui=false").contains("at work: false\n"));
  }

  private String byElement(String option) throws Exception {
    String port = Integer.toString(server.port());
    return ChildJvm.start(Prepared.class, "-Dby.element=true", option, port).finish();
  }

  @Test
  void aFailedEarlyStartIsReportedAtFirstUse() throws Exception {
    String output = prepared("-Dtollgate.native.path=" + temp.resolve("none.so"));
    assertTrue(output.startsWith("at work: false\n"), output);
    assertUnavailable(output, "none.so", "nothing else");
  }

  private String prepared(String... options) throws Exception {
    String[] arguments = java.util.Arrays.copyOf(options, options.length + 1);
    arguments[options.length] = Integer.toString(server.port());
    return ChildJvm.start(jarOnly(), Prepared.class, arguments).finish();
  }

  /** The server gave a refresh token, and takes the one before no more. */
  @Test
  void theEndWaitsForARefreshTokenToBeInItsFile() throws Exception {
    Path file = Files.write(temp.resolve("token"), "first\n".getBytes(StandardCharsets.UTF_8));
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch ends = new CountDownLatch(1);
    HttpServer refreshing =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ExecutorService threads = Executors.newCachedThreadPool();
    refreshing.setExecutor(threads);
    refreshing.createContext(
        "/token",
        exchange -> {
          asked.countDown();
          awaitQuietly(ends);
          answer(exchange, "{\"access_token\":\"t\",\"refresh_token\":\"second\"}");
        });
    refreshing.createContext(
        "/asked",
        exchange -> {
          awaitQuietly(asked);
          answer(exchange, "yes");
        });
    refreshing.createContext(
        "/ends",
        exchange -> {
          ends.countDown();
          answer(exchange, "good");
        });
    refreshing.start();
    try {
      String port = Integer.toString(refreshing.getAddress().getPort());
      ChildJvm.start(jarOnly(), EndDuringRefresh.class, port, file.toString()).finish();
      assertEquals("second\n", new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    } finally {
      refreshing.stop(0);
      threads.shutdownNow();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void answer(HttpExchange exchange, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void twoAtOnceDoNotMeet() throws Exception {
    String[] arguments = {
      "-Dtollgate.native.tmpdir=" + temp, Integer.toString(server.port()),
    };
    ChildJvm one = ChildJvm.start(jarOnly(), FetchTokens.class, arguments);
    ChildJvm other = ChildJvm.start(jarOnly(), FetchTokens.class, arguments);
    assertTrue(one.finish().contains("got Bearer "));
    assertTrue(other.finish().contains("got Bearer "));
    assertEquals(2, server.requests());
  }

  @Test
  void aBadTempDirectoryIsReportedAtEachUse() throws Exception {
    Path file = Files.createFile(temp.resolve("file"));
    String output = fetch("-Dtollgate.native.tmpdir=" + file.resolve("below"));
    assertUnavailable(output, file.toString(), "tollgate.native.tmpdir");
  }

  @Test
  void aPathThatIsNoLibraryIsNotFallenBackFrom() throws Exception {
    Path bad = Files.write(temp.resolve("libbad.so"), new byte[] {1, 2, 3});
    assertUnavailable(fetch("-Dtollgate.native.path=" + bad), bad.toString(), "nothing else");
    assertUnavailable(fetch("-Dtollgate.native.path=" + temp), "libtollgate-", "nothing else");
  }

  @Test
  void aPlatformWithoutLibraryIsNamed() throws Exception {
    assertUnavailable(fetch("-Dos.arch=pdp11"), "linux-pdp11", "tollgate.native.path");
    assertUnavailable(fetch("-Dos.arch=i386"), "linux-i386", "JVM of 64 bits");
  }

  /** What can't be loaded lies in the folder of this system's C library. */
  @Test
  void theLibraryOfTheOtherCLibraryIsTriedBeforeGivingUp() throws Exception {
    Path jar = temp.resolve("other.jar");
    OtherCLibrary.write(Plugin.jar().toPath(), jar);
    String output =
        ChildJvm.start(
                jarOnly().replace(Plugin.jar().toString(), jar.toString()),
                FetchTokens.class,
                Integer.toString(server.port()))
            .finish();
    assertTrue(output.contains("got Bearer " + server.token(1)), output);
    assertEquals(1, server.requests(), output);
  }

  private void assertUnavailable(String output, String... words) {
    assertEquals(3, output.split("NATIVE_UNAVAILABLE \\|", -1).length, "both calls: " + output);
    assertTrue(output.contains("\"state\":\"unavailable\""), output);
    for (String word : words) {
      assertTrue(output.contains(word), word + " in " + output);
    }
    assertEquals(0, server.requests());
  }

  @Test
  void eachRunOfOneJvmIsFollowedAndSummedUpAndTheTokenSurvives() throws Exception {
    String output =
        ChildJvm.start(
                TwoRuns.class,
                "-Dorg.apache.logging.log4j.level=INFO",
                Integer.toString(server.port()),
                System.getProperty("tollgate.test.jmeter"))
            .finish();
    int first = output.indexOf("tokens minted 1");
    int ended = output.indexOf("run 0 ended");
    int second = output.indexOf("tokens minted 0");
    assertTrue(first >= 0 && first < ended && ended < second, output);
    assertTrue(output.substring(0, ended).contains("reads 2"), output);
    assertTrue(output.substring(ended).contains("reads 2"), output);
    assertEquals(1, server.requests());
  }
}
