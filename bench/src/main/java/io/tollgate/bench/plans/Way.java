package io.tollgate.bench.plans;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One way in which a plan gets its {@code Authorization} header: all that differs between the plans
 * that are compared.
 *
 * @param key as raw results name it
 * @param name as tables name it
 * @param before what stands before the request in its thread group
 * @param within what belongs to the request
 */
record Way(String key, String name, String before, String within) {
  /** As long as the server's tokens: a header's length has a cost of its own. */
  private static final int TOKEN_LENGTH = 900;

  /** What all others are compared with: a header that never changes. */
  static Way constant() {
    return header("constant", "a constant header", "Bearer " + "c".repeat(TOKEN_LENGTH));
  }

  /** Those that a plan needs no script for; the first is the one that the goal is about. */
  static List<Way> plain() {
    return List.of(
        new Way("element", "Tollgate Authorization", "", text("element.xml")),
        header(
            "function", "`${__tollgate(p,authorization)}`", "${__tollgate(demo,authorization)}"));
  }

  /** Tollgate called by a script, and the recipes that people use. */
  static List<Way> scripts() {
    List<Way> ways = new ArrayList<>();
    String script = "io.tollgate.Tollgate.credential('demo').authorize(sampler)";
    ways.add(new Way("script", "JSR223: `authorize(sampler)`", "", script(script)));
    Way property = header("", "", "Bearer ${__P(token)}");
    String fetch = text("fetch.groovy");
    ways.add(
        new Way(
            "if",
            "If Controller and `${__P(token)}`",
            text("if.xml").replace("@SCRIPT@", escaped(fetch + text("fetch-to-property.groovy"))),
            property.within));
    Way variable = header("", "", "Bearer ${token}");
    String synchronised = text("synchronized.groovy").replace("@FETCH@", fetch);
    ways.add(
        new Way(
            "synchronized",
            "JSR223: `synchronized`, then `${token}`",
            "",
            script(synchronised) + variable.within));
    return ways;
  }

  private static Way header(String key, String name, String value) {
    return new Way(key, name, "", text("header.xml").replace("@VALUE@", escaped(value)));
  }

  private static String script(String groovy) {
    return text("script.xml").replace("@SCRIPT@", escaped(groovy));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** A file beside this class. */
  static String text(String file) {
    try (InputStream in = Way.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
