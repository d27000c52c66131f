package io.tollgate.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Response headers as scripts have them, on their way to the engine. */
class HeaderLinesTest {
  @Test
  void aMapBecomesALineForEachValue() {
    Map<String, Object> headers = new LinkedHashMap<>();
    headers.put(null, "HTTP/1.1 429 Too Many Requests");
    headers.put("Retry-After", 3);
    headers.put("Via", Arrays.asList("a", null, "b"));
    headers.put("X-Note", "one\r\nRetry-After: 9");
    headers.put("X-None", null);
    assertEquals(
        "Retry-After: 3\nVia: a\nVia: b\nX-Note: one Retry-After: 9\n", ApiReport.headers(headers));
  }

  @Test
  void linesAreThoseThatWereGiven() {
    assertEquals("A: b\r\n", ApiReport.headers(new StringBuilder("A: b\r\n")));
    assertNull(ApiReport.headers(null));
  }
}
