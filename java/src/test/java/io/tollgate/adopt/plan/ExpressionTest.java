package io.tollgate.adopt.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** References in fields, as JMeter reads them. */
class ExpressionTest {
  private static List<String> names(String text) {
    return Expression.all(text).stream().map(Expression::name).collect(Collectors.toList());
  }

  @Test
  void referencesAreFoundInsideOfOthersToo() {
    assertEquals(
        Arrays.asList("__base64Encode", "__P", "id", "secret"),
        names("Basic ${__base64Encode(${__P(x,${id})}:${secret})}"));
    assertEquals(Arrays.asList("a b", "__time"), names("${a b} and ${__time}"));
    assertEquals(Arrays.asList(), names("$a {b} ${open"));
  }

  @Test
  void argumentsHaveEscapesAndReferencesWithCommas() {
    Expression call = Expression.in("${__P(a\\,b, ${__P(c,d)} ,e)}").get(0);
    assertEquals(Arrays.asList("a,b", "${__P(c,d)}", "e"), call.arguments());
    assertEquals("a,b", call.property());
    assertNull(call.variable());
    assertEquals("", call.argument(7));
    assertEquals("x", Expression.in("${__V(x)}").get(0).variable());
  }

  @Test
  void onlyWhatIsReplacedChanges() {
    assertEquals(
        "1 ${__x(T,${b})} T ${",
        Expression.replaced(
            "1 ${__x(${a},${b})} ${a} ${", each -> each.name().equals("a") ? "T" : null));
  }
}
