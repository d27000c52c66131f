package io.tollgate;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.testing.ChildJvm;
import io.tollgate.testing.Idle;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.ReadAcrossAStop;
import io.tollgate.testing.TokenServer;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Paths;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a read costs, and what it never hands out. */
class ReadingTest {
  private TokenServer server;

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String run(Class<?> main, String... arguments) throws Exception {
    String tests =
        Paths.get(main.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    return ChildJvm.start(Plugin.jar() + File.pathSeparator + tests, main, arguments).finish();
  }

  @Test
  void aProcessThatWasStoppedHandsOutNoTokenThatExpiredMeanwhile() throws Exception {
    server.tokensLive("2");
    String output = run(ReadAcrossAStop.class, Integer.toString(server.port()));
    assertTrue(output.contains("expired 0, tokens true"), output);
  }

  @Test
  void nothingWakesWhileNoCredentialIsAliveAndThreadsAreFew() throws Exception {
    server.tokensLive("1");
    try (TokenServer other = new TokenServer()) {
      String output =
          run(Idle.class, Integer.toString(server.port()), Integer.toString(other.port()));
      assertTrue(output.contains("idle: 0\n"), output);
      assertTrue(output.contains("counts: true\n"), output);
      String most = output.replaceAll("(?s).*threads: (\\d+).*", "$1");
      // Two that work, eight that block, one of Java's.
      assertTrue(Integer.parseInt(most) >= 3 && Integer.parseInt(most) <= 11, output);
    }
  }

  @Test
  void aReadOfATokenThatIsThereMakesNothing() {
    String name = Plugin.newName();
    Credential credential = Tollgate.define(name, server.settings());
    credential.authorization();
    credential.forUser("ann", "pw").authorization();
    assertSame(credential.forUser("ann", "pw"), credential.forUser("ann", "pw"));
    assertNothingMade("authorization()", credential::authorization);
    assertNothingMade("credential(name)", () -> Tollgate.credential(name).authorization());
    assertNothingMade("forUser", () -> credential.forUser("ann", "pw").authorization());
  }

  private static void assertNothingMade(String what, Runnable read) {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    int reads = 20_000;
    long made = Long.MAX_VALUE;
    for (int round = 0; round < 3; round++) { // linking and compiling makes something, once
      long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
      for (int i = 0; i < reads; i++) {
        read.run();
      }
      made =
          Math.min(made, threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
    }
    assertTrue(made < reads, what + " made " + made + " bytes in " + reads + " reads");
  }
}
