package io.tollgate.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void whatIsWrittenIsReadAgain() {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("text", "a \"b\" \\ \n \u0001 gr\u00f6\u00dfe \ud83d\ude00");
    value.put("number", 1.5);
    value.put("yes", true);
    value.put("none", null);
    value.put("list", Arrays.asList("x", Collections.emptyList(), Collections.emptyMap()));
    value.put("map", Collections.singletonMap("k", "}"));
    String json = JsonWriter.write(value);
    assertEquals(value, JsonReader.parse(json));
    assertEquals(json.length(), json.chars().filter(c -> c >= 0x20 && c <= 0x7e).count(), json);
  }

  @Test
  void numbersAreWrittenAsTheyAre() {
    assertEquals(
        "{\"n\":9007199254740993}",
        JsonWriter.write(Collections.singletonMap("n", 9007199254740993L)));
  }

  @Test
  void whatIsNoJsonIsRefused() {
    StringBuilder deep = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      deep.append('[');
    }
    for (String bad :
        new String[] {
          "", "{", "[1,]", "{\"a\"}", "{\"a\":1", "1 2", "\"open", "\"\\u12", "tru", deep + ""
        }) {
      assertThrows(IllegalArgumentException.class, () -> JsonReader.parse(bad));
    }
  }

  @Test
  void spaceAndEscapesAreRead() {
    assertEquals(
        "{a=[1.0, true, null, x\"\u00e4\n], b={}}",
        JsonReader.parse(" {\"a\": [1, true, null, \"x\\\"\\u00e4\\n\"], \"b\":{}} ").toString());
    assertEquals(Collections.emptyMap(), JsonReader.object(JsonReader.parse("[]")));
  }
}
