package io.tollgate;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/**
 * What a user of a profile costs on the Java heap beside its name and password: there may be a
 * hundred thousand.
 */
class UserBytesTest {
  private static final int USERS = 20_000;

  /**
   * It takes 454: an entry by name in two tables (65 each), the user's credential, source, opening
   * and binding (230), and where its generation is read (64 and what watches over it). A map of its
   * own would be 64 more.
   */
  private static final long MOST = 500;

  /** Other tests leave threads behind that allocate a little now and then. */
  private static final int TRIES = 3;

  @Test
  void itIsAFewObjectsAndNoMap() {
    Plugin.ready();
    try (TokenServer server = new TokenServer()) {
      long least = Long.MAX_VALUE;
      for (int n = 0; n < TRIES && least > MOST; n++) {
        least = Math.min(least, bytesOfEach(Tollgate.define(Plugin.newName(), server.settings())));
      }
      System.out.println("a user takes " + least + " bytes");
      long bytes = least;
      assertTrue(bytes <= MOST, () -> bytes + " bytes a user");
    }
  }

  private static long bytesOfEach(Credential profile) {
    String[] names = new String[USERS];
    String[] passwords = new String[USERS];
    for (int i = 0; i < USERS; i++) {
      names[i] = "user-" + i;
      passwords[i] = "password-" + i;
    }
    profile.forUser("one", "of them").status(); // what is made once is made
    long before = used();
    for (int i = 0; i < USERS; i++) {
      profile.forUser(names[i], passwords[i]).status(); // opens it, and asks for no token
    }
    return (used() - before) / USERS;
  }

  /** What is left when all that can go has gone: a collection may find more in what it freed. */
  private static long used() {
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      used = Math.min(used, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return used;
  }
}
