package io.tollgate.jmeter.monitor;

import io.tollgate.jmeter.report.PageStyle;
import io.tollgate.text.Html;
import io.tollgate.text.JarText;
import io.tollgate.text.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page of the Monitor in a browser: one file with its style and its script, in JMeter's
 * language, which asks for the view once a second.
 */
final class MonitorPage {
  private static final Pattern TEXT = Pattern.compile("\\$\\{([a-z0-9_.]+)}");

  private MonitorPage() {}

  static MonitorAnswer answer() {
    String script = filled(JarText.read(MonitorPage.class, "monitor.js"), true);
    String page =
        filled(JarText.read(MonitorPage.class, "monitor.html"), false)
            .replace("/*style*/", PageStyle.css() + JarText.read(MonitorPage.class, "monitor.css"))
            .replace("/*script*/", script);
    return MonitorAnswer.page(page, hash(script));
  }

  /** Texts in their places: as they stand in a page, or as strings of a script. */
  private static String filled(String template, boolean script) {
    Matcher matcher = TEXT.matcher(template);
    StringBuffer out = new StringBuffer();
    while (matcher.find()) {
      String text = MonitorText.of(matcher.group(1));
      String put = script ? JsonWriter.write(text) : Html.text(text);
      matcher.appendReplacement(out, Matcher.quoteReplacement(put));
    }
    return matcher.appendTail(out).toString();
  }

  private static String hash(String script) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // each JVM has it
    }
  }
}
