package io.tollgate.engine;

import static java.util.Collections.singletonMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.run.JvmEngine;
import io.tollgate.testing.Plugin;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The boundary itself: every method is there, and nothing Java passes can hurt it. */
class NativeMethodsTest {
  private static Engine engine;

  @BeforeAll
  static void load() {
    Plugin.ready();
    engine = JvmEngine.get();
  }

  @Test
  void theErrorCodesOfBothSidesAreTheSame() {
    List<String> mirrored =
        Arrays.stream(ErrorCode.values()).map(Enum::name).collect(Collectors.toList());
    assertEquals(mirrored, Arrays.asList(engine.errorCodes()));
  }

  @Test
  void anUnknownCodeIsInternal() {
    TollgateException e = new TollgateException("A_CODE_OF_TOMORROW", "words");
    assertEquals(ErrorCode.INTERNAL, e.getCode());
    assertEquals("INTERNAL: words", e.getMessage());
    assertEquals("words", e.getDetail());
  }

  @Test
  void bothSidesHaveOneVersion() {
    assertEquals(Version.CURRENT, engine.version());
  }

  @Test
  void everyMethodLinksAndTakesNullsAndZeros() throws Exception {
    int called = 0;
    for (Method method : NativeEngine.class.getDeclaredMethods()) {
      if (!Modifier.isNative(method.getModifiers())) {
        continue;
      }
      Object[] arguments =
          Arrays.stream(method.getParameterTypes()).map(NativeMethodsTest::nothing).toArray();
      try {
        method.setAccessible(true);
        method.invoke(engine, arguments);
      } catch (InvocationTargetException e) {
        assertInstanceOf(TollgateException.class, e.getCause(), method.getName());
      }
      called++;
    }
    assertTrue(called > 20, "there are more");
  }

  private static Object nothing(Class<?> type) {
    if (type == long.class) {
      return 0L;
    }
    if (type == int.class) {
      return 0;
    }
    return type == boolean.class ? (Object) false : null;
  }

  @Test
  void aHandleThatWasNeverGivenOutIsAnErrorAndNotACrash() {
    for (long handle : new long[] {0, -1, 1_000_000, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertEquals(0, engine.look().applyAsLong(handle, Long.MAX_VALUE));
      TollgateException e =
          assertThrows(TollgateException.class, () -> engine.read(handle, 0, 0, -1, 0));
      assertEquals(ErrorCode.INTERNAL, e.getCode());
    }
  }

  @Test
  void aSourceThatNobodyKnowsIsAnError() {
    TollgateException e = assertThrows(TollgateException.class, () -> open("rumour", "scope", "x"));
    assertEquals(ErrorCode.INTERNAL, e.getCode());
    assertTrue(e.getMessage().contains("no such source: rumour"), e.getMessage());
  }

  @Test
  void aSettingWithoutATextIsBlank() {
    TollgateException e =
        assertThrows(TollgateException.class, () -> open("define", "scope", null));
    assertEquals(ErrorCode.CONFIG, e.getCode());
  }

  @Test
  void textOutsideAsciiComesThrough() {
    TollgateException e =
        assertThrows(TollgateException.class, () -> open("define", "größe😀", "x"));
    assertEquals(ErrorCode.CONFIG, e.getCode());
    assertTrue(e.getMessage().contains("größe😀"), e.getMessage());
  }

  private static long open(String source, String key, String text) {
    return engine.open("p", singletonMap(source, singletonMap(key, text)), false);
  }

  @Test
  void waitingForEventsEndsInTime() {
    long start = System.nanoTime();
    engine.awaitEvents(50);
    assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(60));
  }

  @Test
  void theStoredFailureOfALoadHasItsOwnStackEachTime() {
    TollgateException first = new TollgateException(ErrorCode.NATIVE_UNAVAILABLE, "words");
    TollgateException again = first.again();
    assertEquals(first.getMessage(), again.getMessage());
    assertFalse(Arrays.equals(first.getStackTrace(), again.getStackTrace()));
  }
}
