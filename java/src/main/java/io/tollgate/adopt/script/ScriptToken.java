package io.tollgate.adopt.script;

import java.util.ArrayList;
import java.util.List;

/** A word, text or sign of a script. Comments are none. */
final class ScriptToken {
  /** What it is. */
  enum Kind {
    /** An identifier or a number. */
    WORD,
    /** A text in single quotes, or a regular expression between slashes. */
    TEXT,
    /** A text in double quotes, which may hold references. */
    TEMPLATE,
    /** A single character. */
    SIGN
  }

  final Kind kind;
  final String value;

  private ScriptToken(Kind kind, String value) {
    this.kind = kind;
    this.value = value;
  }

  boolean is(String sign) {
    return (kind == Kind.SIGN || kind == Kind.WORD) && value.equals(sign);
  }

  boolean isText() {
    return kind == Kind.TEXT || kind == Kind.TEMPLATE;
  }

  /** The tokens of a script, as far as it can be read. */
  static List<ScriptToken> of(String script) {
    List<ScriptToken> tokens = new ArrayList<>();
    int at = 0;
    while (at < script.length()) {
      char c = script.charAt(at);
      if (Character.isWhitespace(c)) {
        at++;
      } else if (script.startsWith("//", at)) {
        int end = script.indexOf('\n', at);
        at = end < 0 ? script.length() : end;
      } else if (script.startsWith("/*", at)) {
        int end = script.indexOf("*/", at + 2);
        at = end < 0 ? script.length() : end + 2;
      } else if (c == '"' || c == '\'') {
        at = text(script, at, tokens);
      } else if (c == '/' && isOperandNext(tokens)) {
        at = pattern(script, at, tokens);
      } else if (Character.isJavaIdentifierPart(c) && c != '$') {
        int end = at + 1;
        while (end < script.length() && Character.isJavaIdentifierPart(script.charAt(end))) {
          end++;
        }
        tokens.add(new ScriptToken(Kind.WORD, script.substring(at, end)));
        at = end;
      } else {
        tokens.add(new ScriptToken(Kind.SIGN, String.valueOf(c)));
        at++;
      }
    }
    return tokens;
  }

  /** A slash divides what stands before it, or begins a regular expression where nothing does. */
  private static boolean isOperandNext(List<ScriptToken> tokens) {
    return tokens.isEmpty() || "=~(,[".contains(tokens.get(tokens.size() - 1).value);
  }

  private static int pattern(String script, int start, List<ScriptToken> tokens) {
    int end = start + 1;
    while (end < script.length() && script.charAt(end) != '/' && script.charAt(end) != '\n') {
      end += script.charAt(end) == '\\' ? 2 : 1;
    }
    end = Math.min(end, script.length());
    tokens.add(new ScriptToken(Kind.TEXT, script.substring(start + 1, end)));
    return Math.min(end + 1, script.length());
  }

  private static int text(String script, int start, List<ScriptToken> tokens) {
    char quote = script.charAt(start);
    String three = new String(new char[] {quote, quote, quote});
    String closing = script.startsWith(three, start) ? three : String.valueOf(quote);
    StringBuilder value = new StringBuilder();
    int at = start + closing.length();
    while (at < script.length() && !script.startsWith(closing, at)) {
      char c = script.charAt(at++);
      if (c == '\\' && at < script.length()) {
        char escaped = script.charAt(at++);
        value.append(escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped);
      } else {
        value.append(c);
      }
    }
    tokens.add(new ScriptToken(quote == '"' ? Kind.TEMPLATE : Kind.TEXT, value.toString()));
    return Math.min(at + closing.length(), script.length());
  }
}
