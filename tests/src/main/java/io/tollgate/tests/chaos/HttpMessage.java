package io.tollgate.tests.chaos;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One HTTP/1.1 message as it came, to the byte. */
final class HttpMessage {
  private static final int MOST_HEAD = 64 * 1024;
  private static final Pattern TOKEN = Pattern.compile("\"access_token\"\\s*:\\s*\"([^\"]+)\"");
  private static final Pattern AUTHORIZATION =
      Pattern.compile("(?im)^authorization: \\S+ (\\S+)\\r?$");

  private final byte[] bytes;
  private final int headLength;

  /** Where the content begins: behind the head, or behind the size of the first chunk. */
  private final int content;

  private HttpMessage(byte[] bytes, int headLength, int content) {
    this.bytes = bytes;
    this.headLength = headLength;
    this.content = content;
  }

  /**
   * Reads the next message.
   *
   * @return null where the stream ends before it begins
   * @throws EOFException where it ends in the middle
   */
  static HttpMessage read(InputStream in) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    if (!readHead(in, all)) {
      return null;
    }
    int headLength = all.size();
    String head = all.toString(StandardCharsets.ISO_8859_1);
    int content = headLength;
    if (header(head, "transfer-encoding").filter(value -> value.contains("chunked")).isPresent()) {
      content = readChunks(in, all);
    } else {
      int length = header(head, "content-length").map(Integer::parseInt).orElse(0);
      all.write(exactly(in, length));
    }
    return new HttpMessage(all.toByteArray(), headLength, content);
  }

  private static boolean readHead(InputStream in, ByteArrayOutputStream all) throws IOException {
    int matched = 0;
    while (matched < 4) {
      int read = in.read();
      if (read < 0) {
        if (all.size() == 0) {
          return false;
        }
        throw new EOFException("in the head of a message");
      }
      all.write(read);
      matched = read == "\r\n\r\n".charAt(matched) ? matched + 1 : read == '\r' ? 1 : 0;
      if (all.size() > MOST_HEAD) {
        throw new IOException("a head of more than " + MOST_HEAD + " bytes");
      }
    }
    return true;
  }

  private static int readChunks(InputStream in, ByteArrayOutputStream all) throws IOException {
    int content = -1;
    int size;
    do {
      String line = readLine(in, all);
      size = Integer.parseInt(line.split(";")[0].trim(), 16);
      content = content < 0 ? all.size() : content;
      all.write(exactly(in, size + 2));
    } while (size > 0);
    return content;
  }

  private static String readLine(InputStream in, ByteArrayOutputStream all) throws IOException {
    StringBuilder line = new StringBuilder();
    int read;
    do {
      read = in.read();
      if (read < 0) {
        throw new EOFException("in a chunked body");
      }
      all.write(read);
      line.append((char) read);
    } while (read != '\n');
    return line.toString();
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    byte[] read = in.readNBytes(length);
    if (read.length < length) {
      throw new EOFException("in the body of a message");
    }
    return read;
  }

  private static Optional<String> header(String head, String name) {
    Matcher line = Pattern.compile("(?im)^" + name + ":\\s*(.*?)\\r?$").matcher(head);
    return line.find() ? Optional.of(line.group(1)) : Optional.empty();
  }

  private String head() {
    return new String(bytes, 0, headLength, StandardCharsets.ISO_8859_1);
  }

  byte[] bytes() {
    return bytes;
  }

  /** The path of a request. */
  String path() {
    return head().split(" ", 3)[1];
  }

  /** The status of an answer. */
  int status() {
    return Integer.parseInt(head().split(" ", 3)[1]);
  }

  /** The value of a header. */
  Optional<String> header(String name) {
    return header(head(), name);
  }

  /** The first so many of its bytes. */
  byte[] start(int length) {
    return Arrays.copyOf(bytes, Math.min(length, bytes.length));
  }

  boolean hasToken() {
    return TOKEN.matcher(text()).find();
  }

  /** The same with another byte at the place, of the first eight of the head. */
  HttpMessage withGarbledHead(int place) {
    return with(place % 8, (byte) '#');
  }

  /** The same with another first byte of the body. */
  HttpMessage withGarbledBody() {
    return with(content, (byte) '#');
  }

  /** The same with another last character but one of its access token. */
  HttpMessage withChangedToken() {
    return withChanged(TOKEN);
  }

  /** The same with another last character but a few of its Authorization header. */
  HttpMessage withChangedAuthorization() {
    return withChanged(AUTHORIZATION);
  }

  private HttpMessage withChanged(Pattern pattern) {
    Matcher found = pattern.matcher(text());
    if (!found.find()) {
      throw new IllegalStateException("nothing to change in " + head());
    }
    int place = found.end(1) - 8;
    return with(place, (byte) (bytes[place] == 'A' ? 'B' : 'A'));
  }

  private String text() {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private HttpMessage with(int place, byte other) {
    byte[] changed = bytes.clone();
    changed[place] = other;
    return new HttpMessage(changed, headLength, content);
  }
}
