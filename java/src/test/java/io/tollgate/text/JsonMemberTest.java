package io.tollgate.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class JsonMemberTest {
  @Test
  void aMemberIsFoundAtTheTopOnlyAndOnlyIfItIsAText() {
    String json =
        "{\"a\":{\"scope\":\"inner\"},\"b\":[{\"scope\":\"x\"}],\"c\":\"scope\",\"n\":7,\"z\":null,"
            + "\"scope\":\"a \\\"b\\\" \\u00e9\",\"last\":\"}\"}";
    assertEquals("a \"b\" \u00e9", JsonMember.text(json, "scope"));
    assertEquals("}", JsonMember.text(json, "last"));
    assertEquals("scope", JsonMember.text(json, "c"));
    assertNull(JsonMember.text(json, "n"));
    assertNull(JsonMember.text(json, "z"));
    assertNull(JsonMember.text(json, "none"));
    assertNull(JsonMember.text("", "none"));
    assertNull(JsonMember.text("{\"open", "open"));
  }
}
