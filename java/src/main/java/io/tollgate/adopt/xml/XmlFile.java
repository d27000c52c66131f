package io.tollgate.adopt.xml;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The bytes of an XML file as text, and text as such bytes again, in the file's own encoding. */
public final class XmlFile {
  private static final Pattern ENCODING =
      Pattern.compile("^\\s*<\\?xml[^>]*?\\sencoding\\s*=\\s*[\"']([^\"']+)[\"']");

  /** Longer than any XML declaration. */
  private static final int HEAD = 200;

  private final Charset charset;
  private final String text;

  private XmlFile(Charset charset, String text) {
    this.charset = charset;
    this.text = text;
  }

  /**
   * Decodes a file.
   *
   * @param bytes all of it
   * @return its text, with a byte order mark if it has one
   * @throws NotAPlan if its encoding is not known, or is not what the file says
   */
  public static XmlFile of(byte[] bytes) throws NotAPlan {
    Charset charset = charset(bytes);
    try {
      CharBuffer text =
          charset
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes));
      return new XmlFile(charset, text.toString());
    } catch (CharacterCodingException e) {
      throw new NotAPlan("its characters are not encoded as " + charset);
    }
  }

  private static Charset charset(byte[] bytes) throws NotAPlan {
    if (bytes.length > 1 && (bytes[0] & 0xFF) == 0xFE && (bytes[1] & 0xFF) == 0xFF) {
      return StandardCharsets.UTF_16BE;
    }
    if (bytes.length > 1 && (bytes[0] & 0xFF) == 0xFF && (bytes[1] & 0xFF) == 0xFE) {
      return StandardCharsets.UTF_16LE;
    }
    String head =
        new String(bytes, 0, Math.min(bytes.length, HEAD), StandardCharsets.ISO_8859_1)
            .replace("\u00EF\u00BB\u00BF", "");
    Matcher declared = ENCODING.matcher(head);
    if (!declared.find()) {
      return StandardCharsets.UTF_8;
    }
    try {
      return Charset.forName(declared.group(1));
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new NotAPlan("nobody knows its encoding " + declared.group(1));
    }
  }

  /**
   * The decoded text.
   *
   * @return all of it
   */
  public String text() {
    return text;
  }

  /**
   * The encoding.
   *
   * @return as declared, UTF-8 if nothing is
   */
  public Charset charset() {
    return charset;
  }

  /**
   * Encodes a changed text as this file is encoded.
   *
   * @param changed the new text
   * @return the bytes of the new file
   */
  public byte[] encoded(String changed) {
    return changed.getBytes(charset);
  }
}
