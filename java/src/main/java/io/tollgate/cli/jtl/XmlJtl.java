package io.tollgate.cli.jtl;

import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Results as XML. A sample that has others in it is their sum (a transaction, a request with its
 * redirects): what is in it is taken, and it is not.
 */
final class XmlJtl {
  /** A sample whose end has not come yet. */
  private static final class Open {
    private long start;
    private long elapsed;
    private String label;
    private String code;
    private String message;
    private String thread;
    private boolean success;
    private String url = "";
    private String headers;
    private boolean parent;
  }

  private final Deque<Open> open = new ArrayDeque<>();
  private boolean sawResults;
  private boolean headers;

  private XmlJtl() {}

  static Jtl read(InputStream bytes, Consumer<JtlSample> sink) throws NotAJtl {
    XMLInputFactory factory = XMLInputFactory.newFactory();
    // A result file needs no other file and no definitions; one that asks for them is not to be
    // had.
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    XmlJtl jtl = new XmlJtl();
    boolean complete = true;
    try {
      XMLStreamReader xml = factory.createXMLStreamReader(bytes);
      while (xml.hasNext()) {
        jtl.take(xml, xml.next(), sink);
      }
    } catch (XMLStreamException e) {
      if (!jtl.sawResults) {
        throw new NotAJtl("it is not XML of JMeter: " + e.getMessage().split("\n")[0]);
      }
      complete = false; // the run was cut off, or goes on
    }
    return new Jtl(complete, jtl.headers);
  }

  private void take(XMLStreamReader xml, int event, Consumer<JtlSample> sink)
      throws XMLStreamException, NotAJtl {
    if (event == XMLStreamConstants.START_ELEMENT) {
      String name = xml.getLocalName();
      if (!sawResults) {
        if (!name.equals("testResults")) {
          throw new NotAJtl("its XML begins with <" + name + ">, not <testResults>");
        }
        sawResults = true;
      } else if (isSample(name)) {
        begin(xml);
      } else if (!open.isEmpty() && name.equals("responseHeader")) {
        open.peek().headers = xml.getElementText();
        headers |= !open.peek().headers.isEmpty();
      } else if (!open.isEmpty() && name.equals("java.net.URL")) {
        open.peek().url = xml.getElementText();
      }
    } else if (event == XMLStreamConstants.END_ELEMENT && isSample(xml.getLocalName())) {
      Open done = open.pop();
      if (!done.parent) {
        sink.accept(
            new JtlSample(
                done.start,
                done.elapsed,
                done.label,
                done.code,
                done.message,
                done.thread,
                done.url,
                done.headers,
                done.success));
      }
    }
  }

  private void begin(XMLStreamReader xml) throws NotAJtl {
    Open sample = new Open();
    try {
      sample.start = Long.parseLong(text(xml, "ts"));
      sample.elapsed = Long.parseLong(text(xml, "t"));
    } catch (NumberFormatException e) {
      throw new NotAJtl("a sample has no time (attributes ts and t)");
    }
    sample.label = text(xml, "lb");
    sample.code = text(xml, "rc");
    sample.message = text(xml, "rm");
    sample.thread = text(xml, "tn");
    sample.success = Boolean.parseBoolean(text(xml, "s"));
    if (!open.isEmpty()) {
      open.peek().parent = true;
      sample.thread = sample.thread.isEmpty() ? open.peek().thread : sample.thread;
    }
    open.push(sample);
  }

  private static boolean isSample(String element) {
    return element.equals("sample") || element.equals("httpSample");
  }

  private static String text(XMLStreamReader xml, String attribute) {
    String value = xml.getAttributeValue(null, attribute);
    return value == null ? "" : value;
  }
}
