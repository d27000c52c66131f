package io.tollgate.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import io.tollgate.testing.Until;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.Map;
import org.apache.jmeter.threads.JMeterContextService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is read in the engine's memory is what the native call tells, whatever happens. */
class WordTest {
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

  private static ByteBuffer word(long handle) {
    return Engines.get().word(handle).duplicate().order(ByteOrder.nativeOrder());
  }

  private long handle() {
    return TokenSources.named(name).bind().handle;
  }

  @Test
  void comesWithATokenAndGoesWithItsRejection() {
    ByteBuffer word = word(handle());
    assertEquals(0, word.getLong(0));
    credential.token();
    assertEquals(1, word.getLong(0));
    assertEquals(1, NativeEngine.generation(handle()));
    server.hold();
    credential.report(401, null, server.token(1));
    assertEquals(0, word.getLong(0), "from the moment that it is told");
    assertEquals(0, NativeEngine.generation(handle()));
    server.release();
    assertEquals(server.token(2), credential.token());
    assertEquals(2, word.getLong(0));
    assertEquals(2, NativeEngine.generation(handle()));
  }

  @Test
  void goesWhenTheTokenExpiresAndNobodyWantsTheNext() {
    server.tokensLive("1");
    JMeterContextService.endTest();
    Runs.follow(Engines.get()); // nothing is refreshed ahead outside a run
    credential.token();
    ByteBuffer word = word(handle());
    Until.holds("its end", () -> word.getLong(0) == 0);
    assertEquals(0, NativeEngine.generation(handle()));
  }

  @Test
  void ofAHandleThatStandsInForAnotherShowsNothingEverAgain() {
    long former = handle();
    credential.token();
    ByteBuffer word = word(former);
    assertEquals(1, word.getLong(0));
    Map<String, Object> other = server.settings();
    other.put("scope", "other");
    Tollgate.redefine(name, other);
    assertEquals(0, word.getLong(0), "before anything is read");
    assertEquals(server.token(2), credential.token());
    assertNotEquals(former, handle());
    assertEquals(1, word(handle()).getLong(0));
    assertEquals(0, word.getLong(0));
    assertEquals(0, NativeEngine.generation(former));
    JMeterContextService.endTest();
    Until.holds("another run", WordTest::anotherRun);
    Runs.follow(Engines.get()); // frees what the handle stood in for
    assertEquals(0, word.getLong(0), "of a handle that was freed");
    assertEquals(0, NativeEngine.generation(former));
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
    ByteBuffer word = word(former);
    Map<String, Object> other = server.settings();
    other.put("token_timeout", "7s");
    Tollgate.redefine(name, other);
    assertEquals(server.token(1), credential.token(), "the same request, so the same token");
    assertNotEquals(former, handle());
    assertEquals(0, word.getLong(0));
    credential.report(401, null, server.token(1));
    assertEquals(server.token(2), credential.token());
    assertEquals(0, word.getLong(0));
    assertEquals(2, word(handle()).getLong(0));
  }

  @Test
  void eachUserAndEachProfileHasOneOfItsOwn() {
    credential.token();
    Credential ann = credential.forUser("ann", "pw");
    TokenSource source = TokenSources.named(name).forUser("ann", "pw");
    ByteBuffer word = word(source.bind().handle);
    assertEquals(0, word.getLong(0));
    ann.token();
    assertEquals(1, word.getLong(0));
    String same = Plugin.newName();
    Tollgate.define(same, server.settings()).token();
    assertEquals(2, server.requests(), "the token of an equal profile");
    assertEquals(1, word(TokenSources.named(same).bind().handle).getLong(0));
    ann.report(401, null, server.token(2));
    ann.token();
    assertEquals(2, word.getLong(0));
    assertEquals(1, word(handle()).getLong(0));
  }

  @Test
  void isTheEnginesAloneToWriteTo() {
    ByteBuffer word = Engines.get().word(handle());
    assertTrue(word.isDirect() && word.capacity() == 8);
    assertThrows(ReadOnlyBufferException.class, () -> word.putLong(0, 7));
  }
}
