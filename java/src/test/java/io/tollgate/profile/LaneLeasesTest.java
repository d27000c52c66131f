package io.tollgate.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.engine.Engine;
import io.tollgate.engine.ServedToken;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.Until;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongBinaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the engine is told of which lane, by a thread that is steered about. */
class LaneLeasesTest {
  private static final long PROFILE = 9;
  private static final long MINUTE = 60_000_000_000L;

  private final List<String> calls = new ArrayList<>();
  private long lane = 1;

  /** Has a token on lane 2 only; steers to lane 2 once it was asked for one on lane 1. */
  private final Engine engine =
      (Engine)
          Proxy.newProxyInstance(
              Engine.class.getClassLoader(),
              new Class<?>[] {Engine.class},
              (proxy, method, arguments) -> answer(method.getName(), arguments));

  private Object answer(String method, Object[] arguments) {
    switch (method) {
      case "traits":
        return Traits.json(MINUTE, true, true);
      case "steer":
        assertEquals(PROFILE, arguments[0]);
        return lane;
      case "wake":
        return CompletableFuture.completedFuture(null);
      case "read":
        calls.add("read " + arguments[0]);
        boolean served = lane == 2;
        lane = 2;
        return served ? new ServedToken(7, MINUTE, 0, 27, "token") : null;
      case "permits":
      case "isAccepted":
        return true;
      case "look":
        return (LongBinaryOperator) (handle, until) -> 7;
      case "ended":
      case "waited":
        calls.add(method + " " + arguments[0]);
        return null;
      default:
        throw new AssertionError(method);
    }
  }

  @BeforeAll
  static void ready() {
    Plugin.ready();
  }

  @Test
  void aWaiterIsSteeredAtEachLookAndCountedWhereItBegan() {
    InFlightSends flights = new InFlightSends();
    OpenedProfile opened = new OpenedProfile(engine, PROFILE, 1, () -> flights);
    Lease lease =
        TokenWait.await(
            "profile 'p'", opened, 5, 0, 0, flights.ofThisThread(), () -> null, () -> false);
    assertEquals(2, lease.lane());
    assertEquals(7, lease.generation());
    assertEquals(Arrays.asList("read 1", "ended 1", "read 2", "waited 1"), calls);
    flights.endThoseOfThisThread(opened);
    flights.endThoseOfThisThread(opened);
    assertEquals("ended 2", calls.get(calls.size() - 1), "where it began");
    assertEquals(5, calls.size());
  }

  @Test
  void eachLaneHasItsOwnTokenAndAnAcceptanceThatExpires() {
    OpenedProfile opened = new OpenedProfile(engine, PROFILE, 1, InFlightSends::new);
    LastLease lastRead = new LastLease();
    Lease one =
        lastRead.keep(opened, new Lease(opened, 1, 7, 17, System.nanoTime() + MINUTE, 0, "a"));
    Lease two =
        lastRead.keep(opened, new Lease(opened, 2, 7, 27, System.nanoTime() + MINUTE, 0, "b"));
    Lease again = new Lease(opened, 2, 7, 27, System.nanoTime() + MINUTE, 0, "b");
    assertSame(two, lastRead.keep(opened, again), "with what is known of its acceptance");
    assertNotSame(one, two);
    assertSame(one, lastRead.of(5));
    lane = 2;
    assertSame(two, lastRead.of(5));
    assertSame(one, lastRead.of(one.stamp()));
    assertSame(two, lastRead.sentAs("Bearer b"));
    assertEquals(null, lastRead.sentAs("Bearer c"));
    Until.holds(
        "it is accepted", // for a quarter of a second, which a busy machine may take from this
        () -> {
          two.markAccepted();
          return two.isAccepted();
        });
    long start = System.nanoTime();
    while (two.isAccepted()) {
      assertTrue(System.nanoTime() - start < MINUTE, "proof is told again");
      Thread.yield();
    }
  }
}
