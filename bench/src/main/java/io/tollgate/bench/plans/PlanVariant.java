package io.tollgate.bench.plans;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One way in which a plan gets its {@code Authorization} header: the only difference between the
 * compared plans.
 *
 * @param key its name in raw results
 * @param name its name in tables
 * @param before the elements before the request in its thread group
 * @param within the elements below the request
 */
record PlanVariant(String key, String name, String before, String within) {
  /** As long as the server's tokens, because the length of a header costs too. */
  private static final int TOKEN_LENGTH = 900;

  /** The baseline: a constant header. */
  static PlanVariant constant() {
    return header("constant", "a constant header", "Bearer " + "c".repeat(TOKEN_LENGTH));
  }

  /** Variants without a script; the goal is about the first. */
  static List<PlanVariant> plain() {
    return List.of(
        new PlanVariant("element", "Tollgate Authorization", "", text("element.xml")),
        header(
            "function", "`${__tollgate(p,authorization)}`", "${__tollgate(demo,authorization)}"));
  }

  /** Tollgate in a script, and the recipes that people use. */
  static List<PlanVariant> scripts() {
    List<PlanVariant> variants = new ArrayList<>();
    String script = "io.tollgate.Tollgate.credential('demo').authorize(sampler)";
    variants.add(new PlanVariant("script", "JSR223: `authorize(sampler)`", "", script(script)));
    PlanVariant property = header("", "", "Bearer ${__P(token)}");
    String fetch = text("fetch.groovy");
    variants.add(
        new PlanVariant(
            "if",
            "If Controller and `${__P(token)}`",
            text("if.xml").replace("@SCRIPT@", escaped(fetch + text("fetch-to-property.groovy"))),
            property.within));
    PlanVariant variable = header("", "", "Bearer ${token}");
    String synchronised = text("synchronized.groovy").replace("@FETCH@", fetch);
    variants.add(
        new PlanVariant(
            "synchronized",
            "JSR223: `synchronized`, then `${token}`",
            "",
            script(synchronised) + variable.within));
    return variants;
  }

  private static PlanVariant header(String key, String name, String value) {
    return new PlanVariant(key, name, "", text("header.xml").replace("@VALUE@", escaped(value)));
  }

  private static String script(String groovy) {
    return text("script.xml").replace("@SCRIPT@", escaped(groovy));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** Reads a resource beside this class. */
  static String text(String file) {
    try (InputStream in = PlanVariant.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
