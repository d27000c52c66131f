package io.tollgate.cli.findings;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells token requests by their label or URL: by words, however they are joined ({@code GetToken},
 * {@code get_token}, {@code get-token}), in the languages that plans are written in.
 */
final class TokenNames {
  private static final Set<String> WORDS =
      new HashSet<>(
          Arrays.asList(
              "token",
              "tokens",
              "oauth",
              "oauth2",
              "auth",
              "authn",
              "jwt",
              "bearer",
              "sso",
              "login",
              "logins",
              "logon",
              "signin",
              "signon",
              "refresh",
              "connexion",
              "inloggen",
              "einloggen",
              "logowanie",
              "giriş",
              "вход",
              "логин",
              "токен"));

  /** Beginnings of words. */
  private static final String[] STEMS = {
    "authenti", "autenti", "anmeld", "aanmeld", "zaloguj", "přihl", "аутентиф", "авториз"
  };

  /** Two words. */
  private static final Set<String> PAIRS =
      new HashSet<>(
          Arrays.asList(
              "log in",
              "log on",
              "sign in",
              "sign on",
              "logga in",
              "iniciar sesión",
              "iniciar sesion"));

  /** Parts of texts whose words are not parted. */
  private static final String[] PARTS = {
    "登录", "登錄", "登入", "令牌", "认证", "認証", "認證", "ログイン", "トークン", "로그인", "토큰", "인증"
  };

  /** Of requests that bring no token. */
  private static final Set<String> OTHERS =
      new HashSet<>(
          Arrays.asList(
              "logout",
              "logoff",
              "signout",
              "abmelden",
              "ausloggen",
              "revoke",
              "revocation",
              "introspect",
              "introspection",
              "userinfo"));

  private static final Set<String> OTHER_PAIRS =
      new HashSet<>(Arrays.asList("log out", "log off", "sign out", "sign off"));

  private static final Pattern JOINED =
      Pattern.compile("(?<=\\p{Ll})(?=\\p{Lu})|(?<=\\p{Lu})(?=\\p{Lu}\\p{Ll})|[^\\p{L}\\p{M}2]+");

  /** A plan has a few hundred labels; URLs with ids in them are many, and quickly read. */
  private static final int REMEMBERED = 5_000;

  private final Map<String, Boolean> labels = new HashMap<>();
  private final Map<String, Boolean> urls = new HashMap<>();
  private final Pattern given;

  /**
   * Takes a pattern in place of words.
   *
   * @param given what the labels or URLs of token requests hold, {@code null} for the usual words
   */
  TokenNames(Pattern given) {
    this.given = given;
  }

  boolean isToken(String label, String url) {
    return remembered(labels, label, false) || !url.isEmpty() && remembered(urls, url, true);
  }

  /** Whether the user said which they are. */
  boolean areGiven() {
    return given != null;
  }

  private boolean remembered(Map<String, Boolean> known, String text, boolean isUrl) {
    Boolean answer = known.get(text);
    if (answer == null) {
      answer =
          given != null ? given.matcher(text).find() : isUrl ? isTokenUrl(text) : hasWord(text);
      if (known.size() < REMEMBERED) {
        known.put(text, answer);
      }
    }
    return answer;
  }

  /** Token endpoints and login forms are the last part of a path, or name their grant. */
  private static boolean isTokenUrl(String url) {
    int end = url.length();
    for (int i = 0; i < end; i++) {
      if (url.charAt(i) == '?' || url.charAt(i) == '#') {
        end = i;
      }
    }
    if (url.startsWith("grant_type=", end + 1) || url.indexOf("&grant_type=", end) > 0) {
      return true;
    }
    while (end > 0 && url.charAt(end - 1) == '/') {
      end--;
    }
    int slash = url.lastIndexOf('/', end - 1);
    boolean isHost = slash > 0 && url.charAt(slash - 1) == '/';
    return slash >= 0 && !isHost && end - slash < 64 && hasWord(url.substring(slash + 1, end));
  }

  private static boolean hasWord(String text) {
    boolean found = false;
    String before = "";
    for (String each : JOINED.split(text)) {
      String word = each.toLowerCase(Locale.ROOT);
      if (OTHERS.contains(word) || OTHER_PAIRS.contains(before + " " + word)) {
        return false;
      }
      found |= WORDS.contains(word) || PAIRS.contains(before + " " + word) || startsWithStem(word);
      before = word;
    }
    return found || Arrays.stream(PARTS).anyMatch(text::contains);
  }

  private static boolean startsWithStem(String word) {
    return Arrays.stream(STEMS).anyMatch(word::startsWith);
  }
}
