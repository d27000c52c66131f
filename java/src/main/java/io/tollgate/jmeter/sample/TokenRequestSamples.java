package io.tollgate.jmeter.sample;

import io.tollgate.engine.Log;
import io.tollgate.run.Hosts;
import io.tollgate.run.JournalEntry;
import io.tollgate.run.TokenRequestFeed;
import java.util.List;
import java.util.Locale;
import org.apache.jmeter.samplers.SampleEvent;
import org.apache.jmeter.samplers.SampleListener;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.threads.JMeterContext;
import org.apache.jmeter.threads.JMeterContextService;
import org.apache.jmeter.threads.JMeterThread;
import org.apache.jmeter.threads.JMeterVariables;
import org.apache.jmeter.threads.ListenerNotifier;
import org.apache.jmeter.threads.SamplePackage;

/**
 * Token requests as samples. The engine's tasks make the requests and never enter the JVM; so
 * whichever JMeter thread passes next tells the listeners of them, with the true times.
 *
 * <p>Off unless {@code tollgate.samples} says {@code main} or {@code file}: samples that a plan did
 * not ask for change its totals. Each request is emitted once in a JVM. Never throws.
 */
public final class TokenRequestSamples {
  static final String MODE = "tollgate.samples";
  static final String FILE = "tollgate.samples.file";
  static final String LABEL = "tollgate.samples.label";
  private static final String DEFAULT_FILE = "tollgate-samples.jtl";
  private static final String DEFAULT_LABEL = "Tollgate token request";

  /** What is done with them in this run. */
  private static volatile boolean toListeners;

  private static volatile TokenRequestFile file;
  private static volatile String label = DEFAULT_LABEL;

  private TokenRequestSamples() {}

  /** A run starts: reads what is wanted of it. */
  public static void begin() {
    String mode = property(MODE, "off").toLowerCase(Locale.ROOT);
    label = property(LABEL, DEFAULT_LABEL);
    toListeners = "main".equals(mode);
    file = "file".equals(mode) ? new TokenRequestFile(property(FILE, DEFAULT_FILE)) : null;
    if (!toListeners && file == null && !"off".equals(mode)) {
      Log.warn("Tollgate: " + MODE + "=" + mode + " is none of main, file, off: taken as off");
    }
    TokenRequestFeed.want(toListeners || file != null);
  }

  /** A JMeter thread passes: tells of the requests that ended since another did. */
  public static void pass() {
    if (TokenRequestFeed.any()) {
      try {
        tell(JMeterContextService.getContext());
      } catch (Throwable e) {
        Log.warn("Tollgate could not make samples of token requests: " + e);
      }
    }
  }

  private static void tell(JMeterContext context) {
    TokenRequestFile own = file;
    if (own != null) {
      own.write(TokenRequestFeed.take(), TokenRequestSamples::sample);
      return;
    }
    JMeterVariables variables = context.getVariables();
    SamplePackage scope =
        variables == null ? null : (SamplePackage) variables.getObject(JMeterThread.PACKAGE_OBJECT);
    if (scope == null || context.getThreadGroup() == null) {
      return; // before a thread's first sample it has no listeners: a later call emits them
    }
    List<SampleListener> listeners = scope.getSampleListeners();
    String group = context.getThreadGroup().getName();
    for (JournalEntry ended : TokenRequestFeed.take()) {
      SampleResult result = sample(ended);
      result.setGroupThreads(context.getThreadGroup().getNumberOfThreads());
      result.setAllThreads(JMeterContextService.getNumberOfThreads());
      new ListenerNotifier().notifyListeners(new SampleEvent(result, group, variables), listeners);
    }
  }

  /** The run ended: no thread will pass any more. */
  public static void end() {
    List<JournalEntry> left = TokenRequestFeed.takeLast();
    TokenRequestFeed.want(false);
    TokenRequestFile own = file;
    if (own != null) {
      own.write(left, TokenRequestSamples::sample);
      own.close();
      file = null;
    } else if (toListeners) {
      for (JournalEntry ended : left) {
        SampleResult result = sample(ended);
        Log.info(
            "Tollgate: a token request ended too late for a sample: "
                + result.getResponseCode()
                + " after "
                + result.getTime()
                + " ms, "
                + result.getResponseMessage());
      }
    }
    toListeners = false;
  }

  /** One request as a sample. Its answer is not in it: that is a secret. */
  static SampleResult sample(JournalEntry ended) {
    long started = ended.number("started");
    long elapsed = Math.round(ended.number("elapsed_ns") / 1e6);
    SampleResult result = SampleResult.createTestSample(started, started + elapsed);
    boolean minted = !"refused".equals(ended.kind());
    result.setSampleLabel(label);
    result.setThreadName(Thread.currentThread().getName());
    result.setDataType(SampleResult.TEXT);
    result.setSuccessful(minted);
    String why = ended.text("title") + ", " + ended.text("reason");
    if (minted) {
      result.setResponseCode("200");
      result.setResponseMessage("token " + ended.text("generation") + " (" + why + ")");
    } else {
      String cause = "Non HTTP response code: " + ended.text("cause");
      result.setResponseCode(ended.has("status") ? ended.text("status") : cause);
      result.setResponseMessage(ended.text("words") + " (" + why + ")");
    }
    result.setSamplerData("POST " + ended.text("endpoint"));
    return result;
  }

  private static String property(String key, String otherwise) {
    String value = Hosts.current().property(key);
    return value == null || value.trim().isEmpty() ? otherwise : value.trim();
  }
}
