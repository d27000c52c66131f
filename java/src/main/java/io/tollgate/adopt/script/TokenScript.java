package io.tollgate.adopt.script;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** A script that requests a token itself: where it asks, with which form and header. */
public final class TokenScript {
  private static final Pattern SENDS =
      Pattern.compile(
          "openConnection|HttpURLConnection|HttpPost|HttpRequest|HttpClient|HTTPBuilder|RESTClient"
              + "|OkHttp|RestTemplate|HTTPSampler");

  private static final Pattern SETS_HEADER =
      Pattern.compile(
          "(?s)(HeaderManager|Header\\s*\\().*?Authorization|Authorization.*?HeaderManager");

  private static final Set<String> URL_MAKERS =
      Collections.unmodifiableSet(new HashSet<>(Arrays.asList("URL", "URI", "HttpPost")));

  private static final Set<String> FIELDS =
      Collections.unmodifiableSet(
          new HashSet<>(
              Arrays.asList(
                  "grant_type",
                  "client_id",
                  "client_secret",
                  "scope",
                  "audience",
                  "resource",
                  "username",
                  "password")));

  private final String source;
  private final List<ScriptToken> tokens;
  private final ScriptValues values;

  private TokenScript(String source) {
    this.source = source;
    this.tokens = ScriptToken.of(source);
    this.values = new ScriptValues(tokens);
  }

  /**
   * Whether a script requests tokens.
   *
   * @param source the script
   * @return true if it names {@code grant_type} and sends HTTP requests
   */
  public static boolean is(String source) {
    return source.contains("grant_type") && SENDS.matcher(source).find();
  }

  /**
   * Reads one.
   *
   * @param source a script for which {@link #is} is true
   * @return what it says
   */
  public static TokenScript of(String source) {
    return new TokenScript(source);
  }

  /**
   * The URLs that it makes.
   *
   * @return as fields of a plan would write them; {@code null} among them for what can't be said
   */
  public Set<String> urls() {
    Set<String> urls = new LinkedHashSet<>();
    for (int i = 0; i + 1 < tokens.size(); i++) {
      boolean isMade = URL_MAKERS.contains(tokens.get(i).value) && tokens.get(i + 1).is("(");
      boolean isCreated =
          tokens.get(i).is("create") && i > 1 && tokens.get(i - 2).is("URI") && isOpen(i + 1);
      if (isMade || isCreated) {
        String url = values.at(i + 2);
        if (url == null || !url.isEmpty()) {
          urls.add(url);
        }
      }
    }
    if (urls.isEmpty()) {
      texts().stream().filter(text -> text.matches("(?s)https?://.*")).forEach(urls::add);
    }
    return urls;
  }

  private boolean isOpen(int index) {
    return index < tokens.size() && tokens.get(index).is("(");
  }

  /**
   * The forms that it sends, each as a body {@code grant_type=…}.
   *
   * @return as fields of a plan would write them
   */
  public Set<String> bodies() {
    Set<String> bodies = new LinkedHashSet<>();
    texts().stream().filter(text -> text.contains("grant_type=")).forEach(bodies::add);
    return bodies;
  }

  /**
   * The fields of a form that it gives one by one: as pairs of arguments, or as a map.
   *
   * @return empty if it gives none; a value is {@code null} if it can't be said
   */
  public Map<String, String> fields() {
    Map<String, String> fields = new LinkedHashMap<>();
    for (int i = 0; i + 2 < tokens.size(); i++) {
      boolean isField = FIELDS.contains(tokens.get(i).value);
      boolean isArgument = tokens.get(i).isText() && tokens.get(i + 1).is(",");
      if (isField && (isArgument || tokens.get(i + 1).is(":"))) {
        fields.put(tokens.get(i).value, values.at(i + 2));
      }
    }
    return fields;
  }

  /**
   * Whether it sends a form whose text can't be said.
   *
   * @return true if a text with {@code grant_type=} is built of what is not understood
   */
  public boolean hasUnknownBody() {
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).isText()
          && tokens.get(i).value.contains("grant_type=")
          && (i == 0 || !tokens.get(i - 1).is("+"))
          && values.at(i) == null) {
        return true;
      }
    }
    return false;
  }

  /**
   * What it encodes for {@code Authorization: Basic}.
   *
   * @return {@code id:secret}, or as it is in Base64; {@code null} if it sends no such header or it
   *     can't be said
   */
  public String basic() {
    for (String text : texts()) {
      if (text.startsWith("Basic ") && text.length() > 6) {
        return text.substring(6);
      }
    }
    return null;
  }

  /**
   * Whether it sends {@code Authorization: Basic}.
   *
   * @return true if it has that word
   */
  public boolean hasBasic() {
    return tokens.stream().anyMatch(token -> token.isText() && token.value.startsWith("Basic"));
  }

  /**
   * Whether it sets the header of its sampler itself.
   *
   * @return true if it makes a header {@code Authorization} of JMeter
   */
  public boolean setsHeader() {
    return SETS_HEADER.matcher(source).find();
  }

  /** The texts that it builds and that can be said. */
  private Set<String> texts() {
    Set<String> texts = new LinkedHashSet<>();
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).isText() && (i == 0 || !tokens.get(i - 1).is("+"))) {
        String value = values.at(i);
        if (value != null) {
          texts.add(value);
        }
      }
    }
    return texts;
  }
}
