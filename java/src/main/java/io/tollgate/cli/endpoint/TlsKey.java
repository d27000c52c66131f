package io.tollgate.cli.endpoint;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** The key and certificate of the listener, out of a PKCS#12 or JKS key store. */
public final class TlsKey {
  private final SSLContext context;

  private TlsKey(SSLContext context) {
    this.context = context;
  }

  /**
   * Reads a key store.
   *
   * @param file of the key store
   * @param source of the password of the store and its key: {@code env:NAME}, {@code file:PATH}
   * @throws IOException if it can't be read, or the password does not open it
   * @throws GeneralSecurityException if it holds no key that can be used
   */
  public static TlsKey read(Path file, String source) throws IOException, GeneralSecurityException {
    char[] password = Secret.read("--keystore-password", source).toCharArray();
    KeyStore store = KeyStore.getInstance("JKS"); // reads PKCS#12 too
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, password);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return new TlsKey(context);
  }

  /** TLS 1.2 and newer (RFC 8996). */
  HttpsConfigurator configurator() {
    return new HttpsConfigurator(context) {
      @Override
      public void configure(HttpsParameters parameters) {
        SSLParameters chosen = context.getDefaultSSLParameters();
        chosen.setProtocols(
            Arrays.stream(context.getSupportedSSLParameters().getProtocols())
                .filter(protocol -> protocol.equals("TLSv1.2") || protocol.equals("TLSv1.3"))
                .toArray(String[]::new));
        parameters.setSSLParameters(chosen);
      }
    };
  }
}
