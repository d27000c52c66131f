package io.tollgate.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Credential;
import io.tollgate.ErrorCode;
import io.tollgate.Tollgate;
import io.tollgate.TollgateException;
import io.tollgate.testing.Plugin;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client shows the certificate that a tester has, in whatever store it lies. */
class ClientKeyStoreTest {
  private static final String PASSWORD = "store-s3cret";
  private static final String TOKEN =
      "{\"access_token\":\"t-%d\",\"token_type\":\"bearer\",\"expires_in\":3600}";

  @TempDir static Path folder;

  /** Who connected, by the names in their certificates. */
  private static final ConcurrentLinkedQueue<String> CLIENTS = new ConcurrentLinkedQueue<>();

  private static SSLServerSocket server;

  @BeforeAll
  static void start() throws Exception {
    Plugin.ready();
    keytool("client.p12", "PKCS12", "ann");
    keytool("client.p12", "PKCS12", "bob");
    keytool("client.jks", "JKS", "cleo");
    server = serve();
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @Test
  void aStoreOfEachKindIsShownAsItIs() {
    assertEquals("CN=ann", clientOf(of("client.p12")));
    Map<String, Object> bob = of("client.p12");
    bob.put("tls_client_alias", "bob");
    assertEquals("CN=bob", clientOf(bob));
    assertEquals("CN=cleo", clientOf(of("client.jks")));
  }

  @Test
  void theKeyStoreOfTheJvmIsThatOfJMeter() {
    Map<String, Object> settings = of("client.p12");
    settings.put("tls_client_cert", "jmeter");
    settings.remove("tls_client_password");
    TollgateException none = refused(settings);
    assertTrue(none.getDetail().contains("javax.net.ssl.keyStore is not set"), none.getDetail());
    System.setProperty("javax.net.ssl.keyStore", path("client.jks"));
    System.setProperty("javax.net.ssl.keyStorePassword", PASSWORD);
    try {
      assertEquals("CN=cleo", clientOf(settings));
    } finally {
      System.clearProperty("javax.net.ssl.keyStore");
      System.clearProperty("javax.net.ssl.keyStorePassword");
    }
  }

  @Test
  void whatDoesNotOpenIsToldWithItsRemedyAndWithoutThePassword() throws IOException {
    Files.write(folder.resolve("certificate.der"), new byte[] {0x30, 0x03, 0x02, 0x01, 0x01});
    Map<String, Object> wrong = of("client.p12");
    wrong.put("tls_client_password", "wr0ng");
    Map<String, Object> missing = of("client.p12");
    missing.remove("tls_client_password");
    Map<String, Object> alias = of("client.p12");
    alias.put("tls_client_alias", "dan");
    Object[][] cases = {
      {wrong, "which its password does not open", "check tls_client_password"},
      {missing, "which needs its password", "set tls_client_password"},
      {alias, "has no key 'dan'", "one of ann, bob"},
      {of("certificate.der"), "neither PEM nor a key store", "openssl x509 -inform der"},
    };
    for (Object[] one : cases) {
      @SuppressWarnings("unchecked")
      TollgateException e = refused((Map<String, Object>) one[0]);
      assertEquals(ErrorCode.CONFIG, e.getCode(), e.getDetail());
      assertTrue(e.getDetail().contains("tls_client_cert (from define)"), e.getDetail());
      assertTrue(e.getDetail().contains((String) one[1]), e.getDetail());
      assertTrue(e.getDetail().contains((String) one[2]), e.getDetail());
      assertFalse(e.getDetail().contains("wr0ng") || e.getDetail().contains(PASSWORD));
    }
  }

  private static Map<String, Object> of(String store) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("token_url", "https://127.0.0.1:" + server.getLocalPort() + "/token");
    settings.put("client_id", "me");
    settings.put("tls_verify", "false");
    settings.put("token_timeout", "1m");
    settings.put("scope", Plugin.newName()); // a token and a connection of its own
    settings.put("tls_client_cert", "file:" + path(store));
    settings.put("tls_client_password", PASSWORD);
    return settings;
  }

  private static String path(String store) {
    return folder.resolve(store).toString();
  }

  private static String clientOf(Map<String, Object> settings) {
    CLIENTS.clear();
    Credential credential = Tollgate.define(Plugin.newName(), settings);
    assertTrue(credential.token().startsWith("t-"));
    assertEquals(1, CLIENTS.size(), "connections");
    return CLIENTS.peek();
  }

  private static TollgateException refused(Map<String, Object> settings) {
    Credential credential = Tollgate.define(Plugin.newName(), settings);
    return assertThrows(TollgateException.class, credential::token);
  }

  private static void keytool(String store, String type, String name) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Paths.get(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(Arrays.asList("-genkeypair", "-keyalg", "RSA", "-keysize", "2048"));
    command.addAll(Arrays.asList("-alias", name, "-dname", "CN=" + name, "-validity", "3650"));
    command.addAll(Arrays.asList("-keystore", path(store), "-storetype", type));
    command.addAll(Arrays.asList("-storepass", PASSWORD, "-keypass", PASSWORD));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "keytool takes too long");
    assertEquals(0, process.exitValue(), "keytool");
  }

  /** A token endpoint that lets those clients in whose certificates lie in the stores. */
  private static SSLServerSocket serve() throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    for (String store : Arrays.asList("client.p12", "client.jks")) {
      KeyStore from = open(store);
      for (String alias : java.util.Collections.list(from.aliases())) {
        trusted.setCertificateEntry(alias, from.getCertificate(alias));
      }
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(open("client.jks"), PASSWORD.toCharArray());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    SSLServerSocket socket =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
    socket.setNeedClientAuth(true);
    Thread thread = new Thread(() -> accept(socket), "token-endpoint");
    thread.setDaemon(true);
    thread.start();
    return socket;
  }

  private static KeyStore open(String store) throws Exception {
    KeyStore opened = KeyStore.getInstance("JKS");
    try (InputStream in = Files.newInputStream(folder.resolve(store))) {
      opened.load(in, PASSWORD.toCharArray());
    }
    return opened;
  }

  private static void accept(SSLServerSocket socket) {
    for (int number = 1; !socket.isClosed(); number++) {
      try (SSLSocket client = (SSLSocket) socket.accept()) {
        answer(client, number);
      } catch (IOException e) {
        // A client that is not let in, or the end of the test.
      }
    }
  }

  private static void answer(SSLSocket client, int number) throws IOException {
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
    int length = 0;
    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(line.indexOf(':') + 1).trim());
      }
    }
    for (int i = 0; i < length; i++) {
      in.read();
    }
    CLIENTS.add(client.getSession().getPeerPrincipal().getName());
    String body = String.format(TOKEN, number);
    String head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + body.length();
    client.getOutputStream().write((head + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII));
    client.getOutputStream().flush();
  }
}
