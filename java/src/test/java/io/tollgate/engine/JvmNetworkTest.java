package io.tollgate.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JvmNetworkTest {
  private final Properties before = (Properties) System.getProperties().clone();

  @AfterEach
  void restore() {
    System.setProperties(before);
  }

  @Test
  void withoutProxiesTheObjectIsEmpty() {
    assertEquals("{\"proxy\":{}}", JvmNetwork.proxies(System::getProperty));
  }

  @Test
  void proxiesOfTheJvmArePassed() {
    System.setProperty("http.proxyHost", "plain");
    System.setProperty("https.proxyHost", "se\"cure");
    System.setProperty("https.proxyPort", " 3128 ");
    System.setProperty("https.proxyUser", "üser");
    System.setProperty("https.proxyPassword", "p");
    System.setProperty("http.nonProxyHosts", "localhost|*.corp");
    assertEquals(
        "{\"proxy\":{\"http\":{\"host\":\"plain\",\"port\":80},"
            + "\"https\":{\"host\":\"se\\\"cure\",\"port\":3128,\"user\":\"\\u00fcser\","
            + "\"password\":\"p\"},\"non_proxy_hosts\":\"localhost|*.corp\"}}",
        JvmNetwork.proxies(System::getProperty));
  }

  @Test
  void anAddressOfIpv6IsPassedAsUrlsWriteIt() {
    for (String host : new String[] {"2001:db8::1", "[2001:db8::1]"}) {
      System.setProperty("https.proxyHost", host);
      String passed = JvmNetwork.proxies(System::getProperty);
      assertTrue(passed.contains("\"host\":\"[2001:db8::1]\""), passed);
    }
  }
}
