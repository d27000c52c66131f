package io.tollgate.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CommandLineSecretsTest {
  private static final String SECRET = "tollgate.profile.api.client_secret";

  private static boolean isOn(String option) {
    return CommandLineSecrets.isOn("NewDriver -n " + option + " -t plan.jmx", SECRET);
  }

  @Test
  void aValueOnTheCommandLineIsToldFromAPlace() {
    for (String option :
        new String[] {"-J", "-G", "-J ", "--jmeterproperty ", "--globalproperty "}) {
      assertTrue(isOn(option + SECRET + "=hunter2"), option);
      assertFalse(isOn(option + SECRET + "=env:SECRET"), option);
      assertFalse(isOn(option + SECRET + "=file:/run/secret"), option);
    }
    assertFalse(isOn("-D" + SECRET + "=hunter2"));
    assertFalse(isOn("-J" + SECRET + "="));
    assertFalse(isOn("-Jx." + SECRET + "=hunter2"));
    assertFalse(isOn("-Jtollgate.profile.api.client_id=me"));
  }

  @Test
  void secretsAreThoseOfTheTable() {
    String[] secrets = {"client_secret", "client_secret.2", "password", "token_header.X-Key"};
    for (String secret : secrets) {
      assertTrue(CommandLineSecrets.isSecret(secret), secret);
    }
    for (String open : new String[] {"client_id", "token_url", "scope", "client_secrets"}) {
      assertEquals(false, CommandLineSecrets.isSecret(open), open);
    }
  }
}
