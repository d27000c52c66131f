package io.tollgate.profile;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RateHeadersTest {
  private static boolean speaks(String... lines) {
    String text = "HTTP/1.1 200 OK\nDate: x\n" + String.join("\n", lines) + "\nVary: r=0\n";
    boolean speaks = RateHeaders.maySayNothingRemains(text);
    boolean ofWindows = RateHeaders.maySayNothingRemains(text.replace("\n", "\r\n"));
    assertTrue(speaks == ofWindows, text);
    return speaks;
  }

  @Test
  void nothingLeftIsSeenInEverySpelling() {
    for (String name :
        new String[] {
          "RateLimit-Remaining",
          "X-RateLimit-Remaining",
          "x-ratelimit-remaining",
          "X-Rate-Limit-Remaining",
          "x-ratelimit-remaining-requests",
          "anthropic-ratelimit-requests-remaining"
        }) {
      assertTrue(speaks(name + ": 0"), name);
      assertTrue(speaks(name + ":0 "), name);
      assertTrue(speaks("Server: x", name + ": 00", "A: b"), name);
      assertTrue(speaks(name + ": 0.0"), name);
      assertTrue(speaks(name + ": 5, 0"), name);
      assertFalse(speaks(name + ": 1"), name);
      assertFalse(speaks(name + ": 1.0, 10"), name);
      assertFalse(speaks(name + ": 10"), name);
      assertFalse(speaks(name + ": 01"), name);
      assertFalse(speaks(name + ":"), name);
      assertFalse(speaks(name + ": none"), name);
      assertFalse(speaks(name + ": -0"), name);
    }
    assertTrue(speaks("RateLimit: \"default\";r=0;t=30"));
    assertTrue(speaks("ratelimit: \"a\";r=5;t=30, \"b\";r=0;t=30"));
    assertTrue(speaks("RateLimit: limit=100, remaining=0, reset=30"));
    assertFalse(speaks("RateLimit: \"default\";r=10;t=30"));
    assertFalse(speaks("RateLimit-Policy: \"default\";q=0;w=30"));
    assertFalse(speaks("X-RateLimit-Reset: 0", "X-RateLimit-Limit: 0", "Retry-After: 0"));
    assertFalse(speaks("X-Other: r=0"));
  }

  @Test
  void aQuotaIsSeenWhateverRemains() {
    for (String name :
        new String[] {"RateLimit", "X-Rate-Limit-Reset", "inin-ratelimit-count", "a-ratelimit-b"}) {
      assertTrue(RateHeaders.mayReportAQuota("Date: x\n" + name + ": 17\nVary: y"), name);
    }
    assertFalse(RateHeaders.mayReportAQuota("Date: limit\nVary: ratelimit: 1\n"));
    assertFalse(RateHeaders.mayReportAQuota(null));
  }

  @Test
  void genesysCloudCountsUpwards() {
    String allowed = "inin-ratelimit-allowed: 300";
    assertTrue(speaks("ININ-RateLimit-Count: 300", allowed));
    assertTrue(speaks(allowed, "inin-ratelimit-count: 301"));
    assertFalse(speaks("inin-ratelimit-count: 299", allowed));
    assertFalse(speaks("inin-ratelimit-count: 300"));
    assertFalse(speaks(allowed));
    assertFalse(speaks("inin-ratelimit-count: 9999999999999999", allowed));
    assertFalse(speaks("inin-ratelimit-count: many", allowed));
  }

  @Test
  void whereThereIsNothingThereIsNothing() {
    assertFalse(RateHeaders.maySayNothingRemains(null));
    assertFalse(RateHeaders.maySayNothingRemains(""));
    assertFalse(RateHeaders.maySayNothingRemains("\n\n\r\n"));
    assertFalse(RateHeaders.maySayNothingRemains("r"));
    assertFalse(RateHeaders.maySayNothingRemains("X-RateLimit-Remaining"));
    assertTrue(RateHeaders.maySayNothingRemains("X-RateLimit-Remaining:0"));
  }
}
