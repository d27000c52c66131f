package io.tollgate.profile;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.run.Runs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Paths;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * A secret in a field of the plan: the text itself, or {@code env:NAME} or {@code file:PATH}, as in
 * settings. {@code literal:} goes before a text that begins like one of these.
 *
 * <p>A file is read once in a run. Each thread that needs it first reads it by itself: nobody waits
 * for another's file.
 */
public final class SecretText {
  private static final int MOST_BYTES = 64 * 1024;

  /** What was read in a run. */
  private static final class Known {
    final long run;
    final ConcurrentMap<String, String> files = new ConcurrentHashMap<>();

    Known(long run) {
      this.run = run;
    }
  }

  private static volatile Known known = new Known(0);

  private SecretText() {}

  /**
   * Finds the secret.
   *
   * @param what names the field in messages
   * @param text of the field
   * @throws TollgateException {@code CONFIG} if there is none
   */
  public static String of(String what, String text) {
    if (text.startsWith("literal:")) {
      return text.substring("literal:".length());
    }
    if (text.startsWith("env:")) {
      String name = text.substring("env:".length()).trim();
      String value = name.isEmpty() ? null : System.getenv(name);
      if (value == null) {
        throw missing(what, text, "there is no such variable");
      }
      return value;
    }
    return text.startsWith("file:") ? ofFile(what, text) : text;
  }

  private static String ofFile(String what, String text) {
    Known of = known;
    long run = Runs.current();
    if (of.run != run) {
      of = new Known(run);
      known = of;
    }
    String read = of.files.get(text);
    if (read == null) {
      read = read(what, text);
      of.files.put(text, read);
    }
    return read;
  }

  private static String read(String what, String text) {
    byte[] bytes = new byte[MOST_BYTES + 1];
    int length = 0;
    try (InputStream in =
        Files.newInputStream(Paths.get(text.substring("file:".length()).trim()))) {
      for (int n = in.read(bytes); n > 0; n = in.read(bytes, length, bytes.length - length)) {
        length += n;
      }
    } catch (IOException | InvalidPathException e) {
      throw missing(what, text, e.toString());
    }
    if (length > MOST_BYTES) {
      throw missing(what, text, "it is longer than 64 KiB");
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8).replaceFirst("\r?\n$", "");
  }

  private static TollgateException missing(String what, String text, String why) {
    return new TollgateException(ErrorCode.CONFIG, what + ": '" + text + "' can't be read: " + why);
  }
}
