package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.TollgateException;
import io.tollgate.run.JvmEngine;
import io.tollgate.testing.Plugin;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.jmeter.util.JMeterUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Before a form errors name its fields, and what a form calls wrong is wrong for the engine too.
 */
class FieldErrorsTest {
  private Locale before;

  @BeforeEach
  void start() {
    Plugin.ready();
    JMeterUtils.setJMeterHome(System.getProperty("tollgate.test.jmeter"));
    before = JMeterUtils.getLocale();
    JMeterUtils.setLocale(Locale.ENGLISH);
  }

  @AfterEach
  void putBack() {
    JMeterUtils.setLocale(before == null ? Locale.ENGLISH : before);
  }

  private static String refusal(Map<String, String> settings) {
    try {
      JvmEngine.get().open(Plugin.newName(), Collections.singletonMap("element", settings), false);
      return "";
    } catch (TollgateException e) {
      return e.getMessage();
    }
  }

  private static String inWindow(String... keysAndValues) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      settings.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    String refusal = refusal(settings);
    assertFalse(refusal.isEmpty(), settings + " is good");
    return FieldErrors.inWindow(refusal).replaceFirst("^CONFIG: profile '[^']*':? ", "");
  }

  @Test
  void anErrorNamesTheFieldAndNoPropertiesFile() {
    assertEquals(
        "'Server host' is empty: fill it in (the server's name, for 'Preset' = keycloak)",
        inWindow("preset", "keycloak"));
    assertEquals(
        "'Client secret' is empty: fill it in",
        inWindow("preset", "keycloak", "host", "a", "tenant", "b", "client_id", "c"));
    assertEquals(
        "'Account ID' is empty: fill it in (the account's id, for 'Preset' = zoom)",
        inWindow("preset", "zoom", "client_id", "a", "client_secret", "b"));
    assertEquals(
        "'Server host' is 'a b'; give the server's name alone: no scheme, no slash",
        inWindow("preset", "keycloak", "host", "a b", "tenant", "c"));
    assertEquals(
        "'Refresh margin' is '5x', which is not a duration; write it like 300ms, 20s, 5m or 24h",
        inWindow("token_url", "https://x.test/t", "refresh_margin", "5x"));
    assertEquals(
        "'Token URL' is plain http, which would send the secret in clear text; use https, or set"
            + " 'Allow plain HTTP' = true for a test network",
        inWindow("token_url", "http://x.test/t"));
    assertTrue(inWindow("nonsense", "1").endsWith("; Help lists those there are"));
    JMeterUtils.setLocale(Locale.GERMAN);
    assertTrue(
        inWindow("preset", "keycloak")
            .startsWith("„Server-Host“ ist leer: Füllen Sie das Feld aus"));
  }

  @Test
  void noPresetOrGrantHasAnErrorThatIsForPropertiesFiles() {
    int tried = 0;
    for (String preset : KnownSettings.named("preset").words()) {
      for (String grant : KnownSettings.named("grant").words()) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("preset", preset);
        settings.put("grant", grant);
        String refusal = refusal(settings);
        if (!refusal.isEmpty()) {
          String words = FieldErrors.inWindow(refusal);
          assertFalse(words.contains("tollgate.profile"), words);
          assertFalse(words.contains("user.properties"), words);
          assertFalse(words.contains(" is missing"), words);
          assertFalse(words.matches("(?s).*[ (](client|token|private|subject|refresh)_.*"), words);
          tried++;
        }
      }
    }
    assertTrue(tried > 100, "errors: " + tried);
  }

  @Test
  void whatServersSayIsLeftAsItIs() {
    String refused = "CREDENTIAL_REJECTED: profile 'a': the server says bad client_id";
    assertEquals(refused, FieldErrors.inWindow(refused));
  }

  /** Values by the kind of the setting. */
  private static Map<String, List<String>> samples() {
    Map<String, List<String>> samples = new TreeMap<>();
    samples.put(
        "url",
        Arrays.asList(
            "https://x.test/t",
            "http://127.0.0.1:8/t",
            "http://localhost/t",
            "http://[::1]/t",
            "x.test",
            "http://x.test/t",
            "https://",
            "ftp://x.test",
            "https://a b/t"));
    samples.put(
        "duration",
        Arrays.asList("1s", "300ms", "5m", "1h", "5", "5x", "1.5s", "1m30s", "-1s", "s"));
    samples.put("number", Arrays.asList("1", "2", "-1", "1.5", "x"));
    samples.put("flag", Arrays.asList("true", "false", "yes", "True"));
    samples.put("words", Arrays.asList("nonsense", "POSTS"));
    return samples;
  }

  @Test
  void whatAFieldCallsWrongTheEngineRefuses() {
    int wrong = 0;
    for (KnownSetting setting : KnownSettings.all()) {
      for (String value : samples().getOrDefault(setting.kind(), Collections.emptyList())) {
        if (FieldCheck.problem(setting, value, false) == null) {
          continue;
        }
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("token_url", "https://x.test/t");
        settings.put("client_id", "a");
        settings.put("client_secret", "b");
        settings.put(setting.key(), value);
        if (setting.key().equals("issuer")) {
          settings.remove("token_url");
        }
        if (refusal(settings).isEmpty()) {
          settings.put(setting.key(), "no value of any kind");
          assertEquals("", refusal(settings), setting.key() + " is good as " + value);
          continue; // it is not read with this grant
        }
        wrong++;
      }
    }
    assertTrue(wrong > 100, "wrong values: " + wrong);
  }

  @Test
  void goodValuesAndThoseOfARunAreNotCalledWrong() {
    for (String[] good :
        new String[][] {
          {"token_url", "https://login.example.com/oauth/token"},
          {"token_url", "http://127.0.0.1:8080/token"},
          {"token_url", "${__P(url)}"},
          {"token_url", ""},
          {"refresh_margin", "300ms"},
          {"refresh_margin", "env:MARGIN"},
          {"pool", "4"},
          {"grant", "password"},
          {"tls_verify", "false"},
          {"host", "login.example.com:8443"},
          {"scope", "a b c"}
        }) {
      assertNull(FieldCheck.problem(KnownSettings.named(good[0]), good[1], false), good[1]);
    }
    KnownSetting url = KnownSettings.named("token_url");
    assertNotNull(FieldCheck.problem(url, "http://example.com/t", false));
    assertNull(FieldCheck.problem(url, "http://example.com/t", true), "it was allowed");
  }
}
