package io.tollgate.cli.jtl;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Results as XML. A sample is an element with the attributes of one: plugins name it after their
 * class.
 *
 * <p>A sample that has others in it is their sum (a transaction, a request with its redirects):
 * those in it are taken, and it is not, unless it failed and none in it did.
 */
final class XmlReader implements SampleReader {
  /** Attributes that only samples have; the long ones are those of JMeter 2.0. */
  private static final Set<String> OF_SAMPLES =
      new HashSet<>(Arrays.asList("ts", "lb", "rc", "tn", "timeStamp", "responseCode"));

  private static final byte[] ACCESS_TOKEN = "access_token".getBytes(StandardCharsets.US_ASCII);

  /** Deeper than redirects and transactions go. */
  private static final int DEEPEST = 256;

  /** A sample whose end has not come yet. */
  private static final class Open {
    private final JtlSample.Builder sample = new JtlSample.Builder();
    private final String element;
    private boolean parent;
    private boolean failedInside;

    Open(String element) {
      this.element = element;
    }
  }

  private final XmlTags tags;
  private final ReadErrors errors;
  private final Deque<Open> open = new ArrayDeque<>();
  private String element = "";
  private boolean started;
  private boolean ended;
  private boolean timed;
  private boolean threads;
  private JtlSample first;

  private XmlReader(InputStream in, ReadErrors errors) {
    this.tags = new XmlTags(in);
    this.errors = errors;
  }

  /** Reads up to the first sample. */
  static XmlReader open(InputStream in, ReadErrors errors) throws IOException, NotAJtl {
    XmlReader reader = new XmlReader(in, errors);
    reader.first = reader.read();
    if (!reader.started) {
      throw new NotAJtl(
          reader.element.isEmpty()
              ? "it is not XML"
              : "its XML begins with <" + reader.element + ">, not <testResults>");
    }
    return reader;
  }

  @Override
  public JtlSample next() throws IOException {
    JtlSample sample = first == null ? read() : first;
    first = null;
    return sample;
  }

  private JtlSample read() throws IOException {
    while (true) {
      switch (tags.next(isOfInterest())) {
        case START:
          JtlSample whole = start();
          if (whole != null) {
            return whole;
          }
          if (!started) {
            return null;
          }
          break;
        case END:
          JtlSample sample = end(tags.name());
          element = "";
          if (sample != null) {
            return sample;
          }
          break;
        case DAMAGED:
          errors.add(tags.line(), "a tag in it is not closed");
          open.clear();
          element = "";
          break;
        default:
          return null;
      }
    }
  }

  private boolean isOfInterest() {
    return !open.isEmpty()
        && (element.equals("responseHeader")
            || element.equals("responseData")
            || element.equals("java.net.URL")
            || element.equals("failureMessage"));
  }

  private JtlSample start() {
    element = tags.name();
    Map<String, String> attributes = tags.attributes();
    if (isSample(attributes)) {
      started = true;
      ended = false;
      String wrong = begin(attributes);
      if (wrong != null) {
        errors.add(tags.line(), wrong);
        return null;
      }
      return tags.isEmpty() ? end(element) : null;
    }
    if (element.equals("testResults")) {
      started = true;
      ended = tags.isEmpty();
      open.clear();
    }
    return null;
  }

  private boolean isSample(Map<String, String> attributes) {
    return element.equals("sample")
        || element.equals("httpSample")
        || attributes.keySet().stream().anyMatch(OF_SAMPLES::contains);
  }

  /** Begins a sample; what is wrong with it, {@code null} if nothing is. */
  private String begin(Map<String, String> attributes) {
    Open begun = new Open(element);
    JtlSample.Builder sample = begun.sample;
    String start = either(attributes, "ts", "timeStamp");
    String elapsed = either(attributes, "t", "time");
    sample.start = start.isEmpty() ? 0 : number(start);
    sample.elapsed = elapsed.isEmpty() ? 0 : number(elapsed);
    if (sample.start < 0 || !elapsed.isEmpty() && sample.elapsed == Long.MIN_VALUE) {
      return "the time of a sample is '" + (sample.start < 0 ? start : elapsed) + "'";
    }
    timed |= !start.isEmpty();
    sample.label = either(attributes, "lb", "label");
    sample.code = either(attributes, "rc", "responseCode");
    sample.message = either(attributes, "rm", "responseMessage");
    sample.thread = either(attributes, "tn", "threadName");
    String success = either(attributes, "s", "success");
    sample.success =
        success.isEmpty() ? JtlSample.Builder.isGood(sample.code) : Boolean.parseBoolean(success);
    sample.count = number(attributes.getOrDefault("sc", "1"));
    sample.failures = number(attributes.getOrDefault("ec", "0"));
    Open outer = open.peek();
    if (outer != null) {
      outer.parent = true;
      sample.thread = sample.thread.isEmpty() ? outer.sample.thread : sample.thread;
    }
    threads |= !sample.thread.isEmpty();
    open.push(begun);
    if (open.size() > DEEPEST) {
      open.removeLast();
    }
    return null;
  }

  /** An element ends; the sample that it is, {@code null} if it is none. */
  private JtlSample end(String name) {
    Open done = open.peek();
    if (done == null) {
      ended |= name.equals("testResults");
      return null;
    }
    if (!done.element.equals(name)) {
      keepText(done.sample, name);
      return null;
    }
    open.pop();
    boolean failed = !done.sample.success;
    if (!open.isEmpty()) {
      open.peek().failedInside |= failed || done.failedInside;
    }
    return done.parent && (!failed || done.failedInside) ? null : done.sample.build();
  }

  private void keepText(JtlSample.Builder sample, String name) {
    if (!name.equals(element)) {
      return;
    }
    switch (name) {
      case "responseHeader":
        sample.headers = tags.text();
        break;
      case "java.net.URL":
        sample.url = tags.text();
        break;
      case "responseData":
        sample.grantsToken = tags.textContains(ACCESS_TOKEN);
        break;
      case "failureMessage":
        if (!sample.success && sample.message.isEmpty()) {
          sample.message = tags.text();
        }
        break;
      default:
    }
  }

  private static String either(Map<String, String> attributes, String name, String before) {
    String value = attributes.get(name);
    return value == null ? attributes.getOrDefault(before, "") : value;
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text.trim());
    } catch (NumberFormatException e) {
      return Long.MIN_VALUE; // the caller names what is there
    }
  }

  @Override
  public boolean isComplete() {
    return ended && open.isEmpty() && !tags.isCut();
  }

  @Override
  public boolean hasTimes() {
    return timed;
  }

  @Override
  public boolean hasThreads() {
    return threads;
  }

  @Override
  public long resolution() {
    return 1;
  }
}
