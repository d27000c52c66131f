package io.tollgate.cli.login;

import io.tollgate.Credential;
import java.awt.Desktop;
import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/** The authorization code grant with PKCE over a loopback redirect. */
final class BrowserLogin {
  private final PrintStream out;
  private final LoginProfile profile;

  BrowserLogin(PrintStream out, LoginProfile profile) {
    this.out = out;
    this.profile = profile;
  }

  /**
   * Waits until the user has signed in.
   *
   * @param redirect URI that the server knows, {@code null}: any port
   * @param parameters of the authorization request beside the usual ones
   * @param opensBrowser whether to open a browser
   * @param seconds to wait at most
   * @param file where the refresh token goes
   * @return what redeems the code
   */
  Credential run(
      String redirect,
      Map<String, String> parameters,
      boolean opensBrowser,
      long seconds,
      String file)
      throws IOException, LoginFailure {
    String verifier = Texts.random();
    String state = Texts.random();
    try (LoopbackRedirect loopback = new LoopbackRedirect(redirect)) {
      Map<String, String> query = new LinkedHashMap<>();
      query.put("response_type", "code");
      query.put("client_id", profile.required("client_id"));
      query.put("redirect_uri", loopback.uri());
      for (String key : new String[] {"scope", "audience", "resource"}) {
        String value = profile.setting(key);
        if (value != null) {
          query.put(key, value);
        }
      }
      query.put("state", state);
      query.put("code_challenge", Texts.challenge(verifier));
      query.put("code_challenge_method", "S256");
      query.putAll(parameters);
      String url = profile.url("authorization_url", "authorization_endpoint");
      String link = url + (url.contains("?") ? "&" : "?") + Texts.form(query);
      out.println("Sign in with a browser on this machine:");
      out.println(link);
      out.flush();
      if (opensBrowser) {
        open(link);
      }
      Map<String, String> answer = loopback.await(state, seconds);
      checkIssuer(answer.get("iss"));
      String code = answer.get("code");
      if (code == null) {
        throw new LoginFailure("the server refused the login: " + Texts.error(answer));
      }
      Map<String, String> grant = new LinkedHashMap<>();
      grant.put("code", code);
      grant.put("redirect_uri", loopback.uri());
      grant.put("code_verifier", verifier);
      return profile.redeeming("authorization_code", grant, file);
    }
  }

  /** RFC 9207: an answer of another server is not redeemed. */
  private void checkIssuer(String said) throws LoginFailure {
    String known = profile.setting("issuer");
    if (said != null && known != null && !said.equals(known.trim())) {
      throw new LoginFailure("the answer came from another issuer than " + known.trim());
    }
  }

  private void open(String link) {
    try {
      if (!GraphicsEnvironment.isHeadless()
          && Desktop.isDesktopSupported()
          && Desktop.getDesktop().isSupported(Desktop.Action.BROWSE)) {
        Desktop.getDesktop().browse(URI.create(link));
      }
    } catch (IOException | RuntimeException | LinkageError e) {
      out.println("No browser could be opened: open the link yourself.");
    }
  }
}
