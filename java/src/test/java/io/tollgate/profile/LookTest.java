package io.tollgate.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.engine.ServedToken;
import io.tollgate.run.JvmEngine;
import io.tollgate.run.Runs;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import io.tollgate.testing.Until;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.jmeter.threads.JMeterContextService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One look at the engine tells whether a token may still be used, whatever happened to it. */
class LookTest {
  private TokenServer server;
  private String name;
  private Credential credential;

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
    name = Plugin.newName();
    JMeterContextService.startTest();
    credential = Tollgate.define(name, server.settings());
  }

  @AfterEach
  void stop() {
    JMeterContextService.endTest();
    server.close();
  }

  private static long shown(long handle) {
    return JvmEngine.get().look().applyAsLong(handle, Long.MAX_VALUE);
  }

  private long handle() {
    return TokenSources.named(name).bind().handle;
  }

  @Test
  void comesWithATokenAndGoesWithItsRejection() {
    assertEquals(0, shown(handle()));
    credential.token();
    assertEquals(1, shown(handle()));
    server.hold();
    credential.report(401, null, server.token(1));
    assertEquals(0, shown(handle()), "from the moment that it is told");
    server.release();
    assertEquals(server.token(2), credential.token());
    assertEquals(2, shown(handle()));
  }

  @Test
  void isZeroAfterExpiryWithoutARefresh() {
    server.tokensLive("1");
    JMeterContextService.endTest();
    Runs.follow(JvmEngine.get()); // nothing is refreshed ahead outside a run
    credential.token();
    Until.holds("its end", () -> shown(handle()) == 0);
  }

  @Test
  void ofAHandleThatStandsInForAnotherShowsNothingEverAgain() {
    long former = handle();
    credential.token();
    assertEquals(1, shown(former));
    Map<String, Object> other = server.settings();
    other.put("scope", "other");
    Tollgate.redefine(name, other);
    assertEquals(0, shown(former), "before anything is read");
    assertEquals(server.token(2), credential.token());
    assertNotEquals(former, handle());
    assertEquals(1, shown(handle()));
    assertEquals(0, shown(former));
    JMeterContextService.endTest();
    Until.holds("another run", LookTest::anotherRun);
    Runs.follow(JvmEngine.get()); // frees what the handle stood in for
    assertEquals(0, shown(former), "of a handle that was freed");
  }

  /** JMeter names runs by the millisecond. */
  private static boolean anotherRun() {
    long ended = Runs.current();
    JMeterContextService.endTest();
    JMeterContextService.startTest();
    return Runs.current() != ended;
  }

  @Test
  void ofAHandleWhoseSuccessorHasTheSameTokenShowsNothingEverAgain() {
    long former = handle();
    credential.token();
    Map<String, Object> other = server.settings();
    other.put("token_timeout", "7s");
    Tollgate.redefine(name, other);
    assertEquals(server.token(1), credential.token(), "the same request, so the same token");
    assertNotEquals(former, handle());
    assertEquals(0, shown(former));
    credential.report(401, null, server.token(1));
    assertEquals(server.token(2), credential.token());
    assertEquals(0, shown(former));
    assertEquals(2, shown(handle()));
  }

  @Test
  void eachUserAndEachProfileHasOneOfItsOwn() {
    credential.token();
    Credential ann = credential.forUser("ann", "pw");
    TokenSource source = TokenSources.named(name).forUser("ann", "pw");
    long annsHandle = source.bind().handle;
    assertEquals(0, shown(annsHandle));
    ann.token();
    assertEquals(1, shown(annsHandle));
    String same = Plugin.newName();
    Tollgate.define(same, server.settings()).token();
    assertEquals(2, server.requests(), "the token of an equal profile");
    assertEquals(1, shown(TokenSources.named(same).bind().handle));
    ann.report(401, null, server.token(2));
    ann.token();
    assertEquals(2, shown(annsHandle));
    assertEquals(1, shown(handle()));
  }

  @Test
  void isZeroForAPastMoment() {
    credential.token();
    assertEquals(1, shown(handle()));
    assertEquals(0, JvmEngine.get().look().applyAsLong(handle(), 1), "a moment that came long ago");
    assertEquals(0, JvmEngine.get().look().applyAsLong(handle(), -1));
  }

  /** Counted from before the read, so never too late. */
  @Test
  void theEndThatAReadTellsIsThatOfTheToken() {
    credential.token();
    long before = clock();
    ServedToken read = JvmEngine.get().read(handle(), 0, 0, -1, 0);
    long after = clock();
    long remaining = read.remainingNanos;
    long end = read.until;
    long behind = TimeUnit.MILLISECONDS.toNanos(50);
    assertTrue(
        before + remaining - behind <= end && end <= after + remaining, end + " of " + remaining);
  }

  /** What that clock shows, by halving: it is told of a moment only whether it has come. */
  private long clock() {
    long come = 0;
    long toCome = Long.MAX_VALUE;
    while (toCome - come > 1) {
      long moment = come + (toCome - come) / 2;
      if (JvmEngine.get().look().applyAsLong(handle(), moment) == 0) {
        come = moment;
      } else {
        toCome = moment;
      }
    }
    return come;
  }
}
