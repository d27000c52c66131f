package io.tollgate.adopt.script;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Says what a text of a script is, in the language of a plan's fields: {@code props.get('id')}
 * becomes <code>${__P(id)}</code>, {@code vars.get('id')} becomes <code>${id}</code>. Encodings are
 * left out (Base64, URL): what is wanted is what goes in. {@code null} is what can't be said.
 */
final class ScriptValues {
  /** Marks a variable of the environment, which is a value only by itself. */
  private static final char ENVIRONMENT = '\uE000';

  /** Calls that give another form of the same text. */
  private static final Set<String> SAME_TEXT =
      Collections.unmodifiableSet(
          new HashSet<>(
              Arrays.asList(
                  "bytes",
                  "getBytes",
                  "encodeBase64",
                  "encodeAsBase64",
                  "toString",
                  "toURL",
                  "toURI",
                  "trim",
                  "replaceAll",
                  "encode",
                  "encodeToString",
                  "encodeBase64String",
                  "getEncoder",
                  "encoder")));

  private final List<ScriptToken> tokens;
  private final Deque<String> underWay = new ArrayDeque<>();
  private int at;

  ScriptValues(List<ScriptToken> tokens) {
    this.tokens = tokens;
  }

  /** The value of the expression that begins at a token, {@code null} if it can't be said. */
  String at(int index) {
    at = index;
    return finished(sum());
  }

  /** Where the expression that was read last has ended. */
  int end() {
    return at;
  }

  /** A value in which a variable of the environment is more than a part. */
  static String finished(String value) {
    if (value == null || value.indexOf(ENVIRONMENT) < 0) {
      return value;
    }
    boolean isWhole = value.lastIndexOf(ENVIRONMENT) == 0;
    return isWhole ? "env:" + value.substring(1) : null;
  }

  private String sum() {
    StringBuilder all = new StringBuilder();
    boolean isKnown = true;
    do {
      String part = operand();
      isKnown &= part != null;
      all.append(part);
    } while (take("+"));
    if (is(at, "?") && is(at + 1, ":")) {
      at += 2;
      String other = operand();
      return isKnown && other != null ? withDefault(all.toString(), other) : null;
    }
    return isKnown ? all.toString() : null;
  }

  private static String withDefault(String value, String other) {
    boolean isProperty = value.startsWith("${__P(") && value.indexOf(',') < 0;
    return isProperty && other.indexOf(ENVIRONMENT) < 0
        ? value.replace(")}", "," + other.replace(",", "\\,") + ")}")
        : null;
  }

  private String operand() {
    if (at >= tokens.size()) {
      return null;
    }
    ScriptToken token = tokens.get(at);
    String value;
    if (token.isText()) {
      at++;
      value = token.kind == ScriptToken.Kind.TEMPLATE ? template(token.value) : token.value;
    } else if (take("(")) {
      value = sum();
      skipTo(")");
    } else if (token.kind == ScriptToken.Kind.WORD) {
      at += token.is("new") ? 1 : 0;
      value = named();
    } else {
      return null;
    }
    return suffixed(value);
  }

  private String suffixed(String start) {
    String value = start;
    while (true) {
      if (is(at, "?") && is(at + 1, ".")) {
        at++;
      }
      if (take(".")) {
        String name = at < tokens.size() ? tokens.get(at++).value : "";
        boolean isKnown = SAME_TEXT.contains(name);
        if (take("(")) {
          skipTo(")");
        }
        value = isKnown ? value : null;
      } else if (is(at, "as")) {
        at += 2;
      } else {
        return value;
      }
    }
  }

  /** A variable of the script, or a call that begins with a name. */
  private String named() {
    StringBuilder path = new StringBuilder(tokens.get(at++).value);
    while (is(at, ".") && !path.toString().matches("vars|props")) {
      String next = at + 1 < tokens.size() ? tokens.get(at + 1).value : "";
      boolean ofLibrary =
          Character.isUpperCase(path.charAt(0)) || path.toString().matches("(java|org)(\\..*)?");
      if (!ofLibrary) {
        break;
      }
      path.append('.').append(next);
      at += 2;
      if (is(at, "(") && is(at + 1, ")")) {
        at += 2;
      }
    }
    String name = path.toString();
    if (name.equals("vars") || name.equals("props")) {
      return stored(name);
    }
    if (name.endsWith("System.getenv")) {
      String variable = argument();
      return variable == null ? null : ENVIRONMENT + variable;
    }
    String last = name.substring(name.lastIndexOf('.') + 1);
    if (SAME_TEXT.contains(last) || name.matches("String|URL|URI|GString")) {
      return argument();
    }
    return is(at, "(") || is(at, "[") ? unknownCall() : assigned(name);
  }

  private String stored(String store) {
    String key = null;
    String other = "";
    if (take("[")) {
      key = sum();
      skipTo("]");
    } else if (take(".")) {
      String call = at < tokens.size() ? tokens.get(at++).value : "";
      if (!is(at, "(")) {
        key = call;
      } else if (call.matches("get|getProperty|getObject|getOrDefault")) {
        take("(");
        key = sum();
        if (take(",")) {
          other = sum();
        }
        skipTo(")");
      } else {
        return unknownCall();
      }
    }
    if (key == null || other == null || key.indexOf(ENVIRONMENT) >= 0) {
      return null;
    }
    String value = store.equals("vars") ? "${" + key + "}" : "${__P(" + key + ")}";
    return other.isEmpty() ? value : withDefault(value, other);
  }

  private String argument() {
    if (!take("(")) {
      return null;
    }
    String value = sum();
    skipTo(")");
    return value;
  }

  private String unknownCall() {
    if (take("(")) {
      skipTo(")");
    }
    return null;
  }

  /** The value of a variable of the script that is set once. */
  private String assigned(String name) {
    int found = -1;
    for (int i = 0; i + 1 < tokens.size(); i++) {
      boolean isSet =
          tokens.get(i).kind == ScriptToken.Kind.WORD
              && tokens.get(i).value.equals(name)
              && is(i + 1, "=")
              && !is(i + 2, "=")
              && !is(i + 2, "~")
              && (i == 0 || !is(i - 1, "."));
      if (isSet && found >= 0) {
        return null;
      }
      found = isSet ? i : found;
    }
    if (found < 0 || underWay.contains(name)) {
      return null;
    }
    int back = at;
    underWay.push(name);
    at = found + 2;
    String value = sum();
    underWay.pop();
    at = back;
    return value;
  }

  /** A text with references. JMeter replaces those to its own variables before the script runs. */
  private String template(String text) {
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c != '$' || i + 1 == text.length()) {
        out.append(c);
        i++;
        continue;
      }
      int end;
      String value;
      if (text.charAt(i + 1) == '{') {
        end = closing(text, i + 2);
        if (end < 0) {
          return null;
        }
        String inner = text.substring(i + 2, end - 1);
        value = inner.startsWith("__") ? "${" + inner + "}" : reference(inner);
      } else {
        end = i + 1;
        while (end < text.length()
            && Character.isJavaIdentifierPart(text.charAt(end))
            && text.charAt(end) != '$') {
          end++;
        }
        value = end == i + 1 ? "$" : assigned(text.substring(i + 1, end));
      }
      if (value == null) {
        return null;
      }
      out.append(value);
      i = end;
    }
    return out.toString();
  }

  private String reference(String inner) {
    if (inner.matches("\\w[\\w.\\-]*") && !inner.matches("(vars|props)\\..*")) {
      boolean isOfScript = false;
      for (int i = 0; i + 1 < tokens.size(); i++) {
        isOfScript |= tokens.get(i).value.equals(inner) && is(i + 1, "=");
      }
      return isOfScript ? assigned(inner) : "${" + inner + "}";
    }
    List<ScriptToken> joined = new ArrayList<>(ScriptToken.of(inner));
    int length = joined.size();
    joined.add(ScriptToken.of(";").get(0));
    joined.addAll(tokens);
    ScriptValues values = new ScriptValues(joined);
    values.underWay.addAll(underWay);
    String value = values.sum();
    return values.at == length ? value : null;
  }

  private static int closing(String text, int start) {
    int depth = 1;
    for (int i = start; i < text.length(); i++) {
      depth += text.charAt(i) == '{' ? 1 : text.charAt(i) == '}' ? -1 : 0;
      if (depth == 0) {
        return i + 1;
      }
    }
    return -1;
  }

  private void skipTo(String closing) {
    String opening = closing.equals(")") ? "(" : "[";
    int depth = 0;
    while (at < tokens.size()) {
      if (is(at, closing) && depth-- == 0) {
        at++;
        return;
      }
      depth += is(at, opening) ? 1 : 0;
      at++;
    }
  }

  private boolean take(String sign) {
    boolean found = is(at, sign);
    at += found ? 1 : 0;
    return found;
  }

  private boolean is(int index, String sign) {
    return index < tokens.size() && tokens.get(index).is(sign);
  }
}
