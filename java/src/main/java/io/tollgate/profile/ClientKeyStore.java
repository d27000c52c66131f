package io.tollgate.profile;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Paths;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;

/**
 * A client certificate in a key store: PKCS#12, JKS, or the store that JMeter itself uses ({@code
 * javax.net.ssl.keyStore}). Java reads each kind, so it is read here, and the engine gets the PEM
 * that it knows.
 */
final class ClientKeyStore {
  private static final String CERT = "tls_client_cert";
  private static final String PASSWORD = "tls_client_password";
  private static final String ALIAS = "tls_client_alias";

  /** The value of {@code tls_client_cert} that means JMeter's own key store. */
  private static final String OF_JMETER = "jmeter";

  private static final String PROPERTY = "javax.net.ssl.keyStore";

  private final String profile;
  private final GivenSettings settings;

  private ClientKeyStore(String profile, GivenSettings settings) {
    this.profile = profile;
    this.settings = settings;
  }

  /**
   * Puts PEM in place of a key store.
   *
   * @param profile its name, for messages
   * @param settings of the profile
   * @throws TollgateException {@code CONFIG}, without a secret
   */
  static void replace(String profile, GivenSettings settings) {
    String value = settings.inEffect(CERT);
    if (value == null) {
      return;
    }
    ClientKeyStore store = new ClientKeyStore(profile, settings);
    if (value.trim().equals(OF_JMETER)) {
      store.replaceBy(store.pathOfJMeter(), System.getProperty(PROPERTY + "Password"));
    } else if (value.startsWith("file:")) {
      String path = value.substring("file:".length());
      if (isKeyStore(path)) {
        store.replaceBy(path, null);
      }
    }
  }

  private String pathOfJMeter() {
    String path = System.getProperty(PROPERTY);
    if (path == null || path.isEmpty()) {
      throw wrong(
          "is 'jmeter', but JMeter has no key store: " + PROPERTY + " is not set",
          "set it in system.properties or with -D" + PROPERTY + "=client.p12");
    }
    return path;
  }

  private void replaceBy(String path, String passwordOfJMeter) {
    String own = settings.resolved(PASSWORD);
    String password = own == null ? passwordOfJMeter : own;
    String pem = pem(path, password == null ? null : password.toCharArray());
    settings.replace(CERT, "literal:" + pem);
    settings.remove(PASSWORD);
    settings.remove(ALIAS);
  }

  /** Whether a file is something else than text. One that can't be read is the engine's to tell. */
  private static boolean isKeyStore(String path) {
    try {
      byte[] bytes = Files.readAllBytes(Paths.get(path));
      boolean isJks = bytes.length > 4 && ByteBuffer.wrap(bytes).getInt() == 0xFEEDFEED;
      boolean isDer = bytes.length > 4 && bytes[0] == 0x30;
      return (isJks || isDer)
          && !new String(bytes, StandardCharsets.ISO_8859_1).contains("-----BEGIN");
    } catch (IOException | InvalidPathException | SecurityException e) {
      return false;
    }
  }

  private String pem(String path, char[] password) {
    try {
      KeyStore store = KeyStore.getInstance("JKS"); // reads PKCS#12 too
      store.load(new ByteArrayInputStream(Files.readAllBytes(Paths.get(path))), password);
      String alias = alias(path, store, password != null);
      Key key = store.getKey(alias, password);
      if (!"PKCS#8".equals(key.getFormat())) {
        throw wrong(
            "names the key store " + path + ", whose key '" + alias + "' can't be taken out of it",
            "give a file of the certificate chain and its key");
      }
      StringBuilder pem = new StringBuilder();
      for (Certificate certificate : store.getCertificateChain(alias)) {
        append(pem, "CERTIFICATE", certificate.getEncoded());
      }
      append(pem, "PRIVATE KEY", key.getEncoded());
      return pem.toString();
    } catch (IOException | GeneralSecurityException e) {
      throw unreadable(path, password, e);
    }
  }

  private TollgateException unreadable(String path, char[] password, Exception e) {
    if (e.getCause() instanceof UnrecoverableKeyException
        || e instanceof UnrecoverableKeyException) {
      return wrong(
          "names the key store " + path + ", which its password does not open",
          (password == null ? "set " : "check ") + PASSWORD);
    }
    if (e instanceof java.nio.file.FileSystemException) {
      return wrong("names the key store " + path + ", which can't be read", "check the path");
    }
    return wrong(
        "names the file " + path + ", which is neither PEM nor a key store that Java reads",
        "convert it: openssl pkcs12 -in FILE -nodes -out client.pem (a key store), or openssl x509"
            + " -inform der -in FILE -out client.pem (a certificate, and add its key)");
  }

  private String alias(String path, KeyStore store, boolean hasPassword)
      throws GeneralSecurityException {
    List<String> keys = new ArrayList<>();
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias) && store.getCertificateChain(alias) != null) {
        keys.add(alias);
      }
    }
    String wanted = settings.resolved(ALIAS);
    if (keys.isEmpty() && !hasPassword) {
      // What is encrypted is left out.
      throw wrong("names the key store " + path + ", which needs its password", "set " + PASSWORD);
    }
    if (keys.isEmpty()) {
      throw wrong(
          "names the key store " + path + ", which holds no private key with a certificate",
          "give the store of the client, not one of trusted certificates");
    }
    if (wanted == null) {
      return keys.get(0);
    }
    if (!keys.contains(wanted.trim())) {
      throw wrong(
          "names the key store " + path + ", which has no key '" + wanted.trim() + "'",
          "set " + ALIAS + " to one of " + String.join(", ", keys));
    }
    return wanted.trim();
  }

  private static void append(StringBuilder pem, String what, byte[] der) {
    Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
    pem.append("-----BEGIN ").append(what).append("-----\n");
    pem.append(lines.encodeToString(der));
    pem.append("\n-----END ").append(what).append("-----\n");
  }

  private TollgateException wrong(String cause, String remedy) {
    return new TollgateException(
        ErrorCode.CONFIG,
        "profile '"
            + profile
            + "': "
            + CERT
            + " (from "
            + settings.source(CERT)
            + ") "
            + cause
            + "; "
            + remedy);
  }
}
