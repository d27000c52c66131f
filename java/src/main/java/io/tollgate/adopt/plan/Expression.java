package io.tollgate.adopt.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A reference {@code ${…}} in a field of a plan: to a variable, or a call of a function with
 * arguments, which may hold references of their own.
 */
public final class Expression {
  private final int start;
  private final int end;
  private final String body;

  private Expression(int start, int end, String body) {
    this.start = start;
    this.end = end;
    this.body = body;
  }

  /**
   * The references of a text that are not inside of others.
   *
   * @param text any field
   * @return in the order of the text
   */
  public static List<Expression> in(String text) {
    List<Expression> found = new ArrayList<>();
    for (int at = text.indexOf("${"); at >= 0; at = text.indexOf("${", at)) {
      int end = endOf(text, at);
      if (end < 0) {
        break;
      }
      found.add(new Expression(at, end, text.substring(at + 2, end - 1)));
      at = end;
    }
    return found;
  }

  private static int endOf(String text, int start) {
    int depth = 0;
    for (int i = start; i < text.length(); i++) {
      if (text.startsWith("${", i)) {
        depth++;
        i++;
      } else if (text.charAt(i) == '}' && --depth == 0) {
        return i + 1;
      }
    }
    return -1;
  }

  /**
   * A text with some of its references replaced, those inside of others too.
   *
   * @param text any field
   * @param replacement gives the new text for a reference, {@code null} to keep it
   * @return the changed text
   */
  public static String replaced(String text, Function<Expression, String> replacement) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    for (Expression each : in(text)) {
      out.append(text, at, each.start);
      String other = replacement.apply(each);
      out.append(other != null ? other : "${" + replaced(each.body, replacement) + "}");
      at = each.end;
    }
    return out.append(text, at, text.length()).toString();
  }

  /**
   * Every reference of a text, those inside of others too.
   *
   * @param text any field
   * @return each before those inside of it
   */
  public static List<Expression> all(String text) {
    List<Expression> found = new ArrayList<>();
    for (Expression each : in(text)) {
      found.add(each);
      found.addAll(all(each.body));
    }
    return found;
  }

  /**
   * The text without its references.
   *
   * @param text any field
   * @return what is literal in it
   */
  public static String literal(String text) {
    return replaced(text, each -> "");
  }

  /**
   * Whether it calls a function.
   *
   * @return false if it is a variable
   */
  public boolean isFunction() {
    return body.startsWith("__");
  }

  /**
   * The name of the variable or function.
   *
   * @return for example {@code token} or {@code __P}
   */
  public String name() {
    int open = body.indexOf('(');
    return (isFunction() && open > 0 ? body.substring(0, open) : body).trim();
  }

  /**
   * The arguments of a function.
   *
   * @return trimmed, without escapes; none for a variable
   */
  public List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    int open = body.indexOf('(');
    int close = body.lastIndexOf(')');
    if (!isFunction() || open < 0 || close < open) {
      return arguments;
    }
    StringBuilder argument = new StringBuilder();
    int depth = 0;
    for (int i = open + 1; i < close; i++) {
      char c = body.charAt(i);
      if (c == '\\' && i + 1 < close && "\\,$".indexOf(body.charAt(i + 1)) >= 0) {
        argument.append(body.charAt(++i));
      } else if (c == ',' && depth == 0) {
        arguments.add(argument.toString().trim());
        argument.setLength(0);
      } else {
        depth += c == '{' ? 1 : c == '}' ? -1 : 0;
        argument.append(c);
      }
    }
    arguments.add(argument.toString().trim());
    return arguments;
  }

  /**
   * An argument of a function.
   *
   * @param at its place, from 0
   * @return empty if there is none
   */
  public String argument(int at) {
    List<String> arguments = arguments();
    return at < arguments.size() ? arguments.get(at) : "";
  }

  /**
   * The variable that it reads.
   *
   * @return {@code null} if it reads none
   */
  public String variable() {
    if (!isFunction()) {
      return name();
    }
    return name().equals("__V") ? argument(0) : null;
  }

  /**
   * The property that it reads.
   *
   * @return {@code null} if it reads none
   */
  public String property() {
    return isFunction() && (name().equals("__P") || name().equals("__property"))
        ? argument(0)
        : null;
  }

  @Override
  public String toString() {
    return "${" + body + "}";
  }
}
