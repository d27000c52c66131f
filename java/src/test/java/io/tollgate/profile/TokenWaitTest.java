package io.tollgate.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.tollgate.engine.Engine;
import io.tollgate.engine.ServedToken;
import io.tollgate.testing.Plugin;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongBinaryOperator;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a waiting thread asks the engine: a thousand do it at once. */
class TokenWaitTest {
  private final List<String> calls = new ArrayList<>();

  /** Empty: the thread is to wait. */
  private final Queue<Optional<ServedToken>> answers = new ArrayDeque<>();

  private final Engine engine =
      (Engine)
          Proxy.newProxyInstance(
              Engine.class.getClassLoader(), new Class<?>[] {Engine.class}, this::answer);

  @BeforeEach
  void ready() {
    Plugin.ready();
  }

  @Test
  void theLeaseOfOneWaiterServesTheOthers() {
    Lease read = new Lease(opened(), 1, 7, 17, System.nanoTime() + 1_000_000_000_000L, 0, "t");
    assertSame(read, awaited(() -> read));
    assertEquals("[wake, read, waited]", calls.toString());
  }

  @Test
  void withoutALeaseOfAnotherThreadTheEngineIsAskedAgain() {
    answers.add(served(7));
    assertEquals(7, awaited(() -> null).generation());
    assertEquals("[wake, read, wake, read, waited]", calls.toString());
  }

  @Test
  void aReadWithoutAWaitTakesTheEnginesToken() {
    OpenedProfile opened = opened();
    calls.clear();
    answers.clear();
    answers.add(served(8));
    Supplier<Lease> old = () -> new Lease(opened, 1, 7, 17, 0, 0, "t");
    Lease got = TokenWait.await("profile 'x'", opened, 0, 0, 0, null, old, () -> false);
    assertEquals(8, got.generation());
    assertEquals("[wake, read]", calls.toString());
  }

  /** The engine's first answer is to wait; a third look, with nothing left to answer, fails. */
  private Lease awaited(Supplier<Lease> known) {
    OpenedProfile opened = opened();
    calls.clear();
    Queue<Optional<ServedToken>> rest = new ArrayDeque<>(answers);
    answers.clear();
    answers.add(Optional.empty());
    answers.addAll(rest);
    return TokenWait.await("profile 'x'", opened, 0, 0, 0, null, known, () -> false);
  }

  private static Optional<ServedToken> served(long generation) {
    return Optional.of(new ServedToken(generation, 1_000_000_000_000L, 0, 10 + generation, "t"));
  }

  private OpenedProfile opened() {
    return new OpenedProfile(engine, 1, 0, InFlightSends::new);
  }

  private Object answer(Object proxy, Method method, Object[] arguments) {
    calls.add(method.getName());
    switch (method.getName()) {
      case "traits":
        return Traits.json(30_000_000_000L, false, false);
      case "look":
        return (LongBinaryOperator) (handle, until) -> 0;
      case "permits":
        return true;
      case "wake":
        return CompletableFuture.completedFuture(null);
      case "read":
        return answers.remove().orElse(null);
      default:
        return null;
    }
  }
}
