package io.tollgate.tests.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.tests.chaos.ChaosServer.Counts;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each count that is one off breaks the account. */
class TokenAccountTest {
  /** 100 requests: 5 found no connection, 10 were cut, 80 brought a token, 5 were refused. */
  private static final TokenCounts TOLLGATE = new TokenCounts(100, 80, 20, 0);

  private static final Counts SERVER = new Counts(85, 80, 1000, 0);

  private static TokenAccount account(TokenCounts tollgate, Counts server, long... proxy) {
    return new TokenAccount(
        Target.AUTHSERVER,
        tollgate,
        proxy[0],
        proxy[1],
        3,
        proxy[2],
        proxy[3],
        proxy[4],
        proxy[5],
        proxy[6],
        proxy[7],
        proxy[8],
        server);
  }

  private static TokenAccount withProxy(int place, long more) {
    long[] proxy = {100, 80, 5, 95, 85, 80, 80, 0, 1000};
    proxy[place] += more;
    return account(TOLLGATE, SERVER, proxy);
  }

  private static TokenAccount with(TokenCounts tollgate, Counts server) {
    return account(tollgate, server, 100, 80, 5, 95, 85, 80, 80, 0, 1000);
  }

  @Test
  void countsThatAgree() {
    assertEquals(List.of(), with(TOLLGATE, SERVER).broken());
    assertEquals(List.of(), withProxy(0, -3).broken(), "three ended after the last run");
    assertEquals(List.of(), withProxy(1, -3).broken(), "three ended after the last run");
  }

  @Test
  void aTokenThatMayHaveComeTooLate() {
    assertEquals(
        List.of(),
        account(new TokenCounts(100, 79, 21, 0), SERVER, 100, 79, 5, 95, 85, 80, 80, 1, 1000)
            .broken());
  }

  @Test
  void aTokenOfTheLastRunWhoseOutcomeIsNotKnown() {
    TokenCounts tollgate = new TokenCounts(100, 79, 21, 0);
    assertEquals(List.of(), account(tollgate, SERVER, 99, 79, 5, 95, 85, 80, 80, 0, 1000).broken());
    assertFalse(account(tollgate, SERVER, 100, 79, 5, 95, 85, 80, 80, 0, 1000).broken().isEmpty());
  }

  @Test
  void aCountOfTheProxyThatIsOff() {
    for (int place = 0; place < 9; place++) {
      int at = place;
      boolean doubtful = place == 7;
      assertTrue(doubtful || !withProxy(place, 1).broken().isEmpty(), () -> "one more at " + at);
      boolean listed = place < 2;
      int less = listed ? -4 : -1;
      assertTrue(doubtful || !withProxy(place, less).broken().isEmpty(), () -> "fewer at " + at);
    }
  }

  @Test
  void aCountOfTollgateThatIsOff() {
    for (TokenCounts wrong :
        List.of(
            new TokenCounts(101, 80, 20, 0),
            new TokenCounts(101, 80, 21, 0),
            new TokenCounts(100, 81, 19, 0),
            new TokenCounts(100, 79, 21, 0),
            new TokenCounts(100, 80, 20, 1))) {
      assertFalse(with(wrong, SERVER).broken().isEmpty(), wrong.toString());
    }
  }

  @Test
  void aCountOfTheServerThatIsOff() {
    for (Counts wrong :
        List.of(
            new Counts(86, 80, 1000, 0),
            new Counts(85, 81, 1000, 0),
            new Counts(85, 80, 999, 0),
            new Counts(85, 80, 1000, 1))) {
      assertEquals(1, with(TOLLGATE, wrong).broken().size(), wrong.toString());
    }
  }

  @Test
  void noTokenAtAll() {
    TokenAccount nothing =
        account(new TokenCounts(0, 0, 0, 0), new Counts(0, 0, 0, 0), 0, 0, 0, 0, 0, 0, 0, 0, 0);
    assertEquals(List.of("AUTHSERVER: nothing happened"), nothing.broken());
  }
}
