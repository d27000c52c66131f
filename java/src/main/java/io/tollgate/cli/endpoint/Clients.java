package io.tollgate.cli.endpoint;

import io.tollgate.TollgateException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who may ask for tokens. Secrets are compared by their hashes, in a time that says nothing of
 * them, nor of whether the client exists.
 */
public final class Clients {
  private static final byte[] NOBODY = new byte[32];

  private final Map<String, byte[]> hashes = new LinkedHashMap<>();

  /**
   * Adds a client.
   *
   * @param id of the client
   * @param source of the secret that it authenticates with: {@code env:NAME}, {@code file:PATH}
   * @throws TollgateException {@code CONFIG} if there is no secret
   */
  public void add(String id, String source) {
    hashes.put(id, hash(Secret.read("--client " + id, source)));
  }

  /**
   * Whether anybody may ask.
   *
   * @return {@code true} if no client was added
   */
  public boolean areAll() {
    return hashes.isEmpty();
  }

  void check(ClientForm form) throws Refused {
    if (areAll()) {
      return;
    }
    for (String[] identity : form.identities()) {
      byte[] expected = hashes.get(identity[0]);
      boolean isEqual =
          MessageDigest.isEqual(expected == null ? NOBODY : expected, hash(identity[1]));
      if (isEqual && expected != null) {
        return;
      }
    }
    Answer answer = Answer.error(401, "invalid_client", "no such client, or another secret");
    // RFC 6749 section 5.2: a client that used the header is told so.
    throw new Refused(
        form.isBasic() ? answer.with("WWW-Authenticate", "Basic realm=\"tollgate\"") : answer);
  }

  private static byte[] hash(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
