package io.tollgate.adopt.xml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading XML with positions, and changing only what is to be changed. */
class XmlFileTest {
  private static XmlFile file(String text) throws NotAPlan {
    return XmlFile.of(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void allFormsOfTextAreReadAndPositionsAreExact() throws NotAPlan {
    String xml =
        "<?xml version='1.0'?><!-- <no> --><a x=\"1 &lt; 2\" y='\"'>\n"
            + "  <b name=\"n\">one &amp; &#x31;&#50;&#x1;<![CDATA[<&>]]></b>\n  <c/>\n</a>\n";
    XmlNode root = XmlReader.read(xml);
    assertEquals("1 < 2", root.attribute("x"));
    assertEquals("\"", root.attribute("y"));
    assertEquals("one & 12\u0001<&>", root.value("n"));
    XmlNode b = root.property("n");
    assertTrue(xml.substring(b.start, b.end).startsWith("<b name"), xml.substring(b.start));
    assertTrue(xml.substring(b.start, b.end).endsWith("]]></b>"), xml.substring(b.start, b.end));
    XmlNode c = root.children().get(1);
    assertEquals("<c/>", xml.substring(c.start, c.end));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<a>",
        "<a></b>",
        "<a/><b/>",
        "<a",
        "<a x=1/>",
        "<a x/>",
        "<a>&nobody;</a>",
        "<a>&#x110000;</a>",
        "<a>&</a>",
        "<a><!-- </a>",
        "text",
        "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a>&e;</a>"
      })
  void whatIsNotWellFormedIsRefusedWithItsLine(String xml) {
    NotAPlan refused = assertThrows(NotAPlan.class, () -> XmlReader.read(xml));
    assertTrue(refused.getMessage().startsWith("line "), refused.getMessage());
  }

  @Test
  void elementsGoAndComeWithTheirLinesAndTheRestStays() throws NotAPlan {
    String xml = "<a>\r\n  <b/>\r\n  <c>old</c>\r\n\t<d><e/></d>\r\n</a>\r\n";
    XmlFile file = file(xml);
    XmlNode root = XmlReader.read(xml);
    XmlEdits edits = new XmlEdits(file);
    edits.remove(root.children().get(0));
    edits.insertBefore(root.children().get(1), Collections.singletonList("<new/>"));
    edits.setText(root.children().get(1), "1 < \"2\"");
    edits.append(root, Arrays.asList("<last>", "</last>"));
    edits.append(root.children().get(2).children().get(0), Collections.singletonList("<in/>"));
    assertEquals(
        "<a>\r\n  <new/>\r\n  <c>1 &lt; &quot;2&quot;</c>\r\n\t<d><e>\r\n  <in/>\r\n</e></d>\r\n"
            + "  <last>\r\n  </last>\r\n</a>\r\n",
        edits.apply());
  }

  @Test
  void whatIsInsideOfARemovedElementIsGoneWithIt() throws NotAPlan {
    String xml = "<a><b><c>x</c></b><d/></a>";
    XmlNode root = XmlReader.read(xml);
    XmlEdits edits = new XmlEdits(file(xml));
    edits.setText(root.children().get(0).children().get(0), "y");
    edits.remove(root.children().get(0));
    assertEquals("<a><d/></a>", edits.apply());
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "ISO-8859-1", "windows-1252", "UTF-16LE", "UTF-16BE"})
  void aFileKeepsItsEncoding(String encoding) throws NotAPlan {
    String mark = encoding.startsWith("UTF-16") ? "\uFEFF" : "";
    String xml = mark + "<?xml version=\"1.0\" encoding=\"" + encoding + "\"?>\n<a>\u00e9</a>\n";
    Charset charset = Charset.forName(encoding);
    XmlFile file = XmlFile.of(xml.getBytes(charset));
    assertEquals(xml, file.text());
    XmlEdits edits = new XmlEdits(file);
    assertArrayEquals(xml.getBytes(charset), file.encoded(edits.apply()));
    edits.setText(XmlReader.read(xml), "\u00e9\u20ac\u4e00");
    String changed = new String(file.encoded(edits.apply()), charset);
    assertEquals("\u00e9\u20ac\u4e00", XmlReader.read(changed).text());
  }

  @Test
  void bytesThatAreNotWhatTheFileSaysAreRefused() {
    byte[] latin = "<a>\u00e9</a>".getBytes(StandardCharsets.ISO_8859_1);
    assertThrows(NotAPlan.class, () -> XmlFile.of(latin));
    byte[] odd =
        "<?xml version='1.0' encoding='nobody-knows'?><a/>".getBytes(StandardCharsets.UTF_8);
    assertThrows(NotAPlan.class, () -> XmlFile.of(odd));
  }
}
