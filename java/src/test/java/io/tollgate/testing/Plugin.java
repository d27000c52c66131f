package io.tollgate.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.jmeter.util.JMeterUtils;

/** What is tested, as the build tells it, made ready once for the JVM the tests run in. */
public final class Plugin {
  private static final AtomicInteger NAMES = new AtomicInteger();

  static {
    String library = System.getProperty("tollgate.test.library");
    if (library != null) {
      System.setProperty("tollgate.native.path", library);
    }
    try {
      Path properties = Files.createTempFile("jmeter", ".properties");
      JMeterUtils.loadJMeterProperties(properties.toString());
      Files.delete(properties);
      // As in the jmeter.properties that JMeter comes with: which answers have embedded resources.
      JMeterUtils.setProperty("HTTPResponse.parsers", "htmlParser");
      JMeterUtils.setProperty("htmlParser.types", "text/html");
      JMeterUtils.setProperty(
          "htmlParser.className", "org.apache.jmeter.protocol.http.parser.LagartoBasedHtmlParser");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Plugin() {}

  /** Makes the library and JMeter's properties ready; call it before anything else. */
  public static void ready() {
    // The static initializer did.
  }

  /** A profile name no other test uses: the engine is one for all tests of the JVM. */
  public static String newName() {
    return "test-" + NAMES.incrementAndGet();
  }

  /** The shipped jar. */
  public static File jar() {
    String jar = System.getProperty("tollgate.test.jar");
    if (jar == null) {
      throw new IllegalStateException("-Dtollgate.test.jar is not set");
    }
    return new File(jar);
  }
}
