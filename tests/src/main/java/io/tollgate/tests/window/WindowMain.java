package io.tollgate.tests.window;

import java.io.IOException;
import java.nio.file.Path;
import java.util.prefs.Preferences;

/**
 * The main class of a JVM with JMeter's window: walks the newcomer's path in it, and tries what the
 * window does beside. Arguments: the look, the page, the plan, the token URL, the client's ID.
 */
public final class WindowMain {
  private static final String LOOKS =
      "com.github.weisj.darklaf.DarkLaf:com.github.weisj.darklaf.theme.";

  private WindowMain() {}

  public static void main(String[] arguments) {
    use(
        arguments[0],
        window -> {
          int steps =
              new NewcomersPath(window, Path.of(arguments[2]), arguments[3], arguments[4])
                  .walk(Path.of(arguments[1]));
          System.out.println("steps: " + steps);
          new WindowUse(window).all();
        });
  }

  /** What is done in the window. */
  interface Use {
    void of(Window window) throws IOException;
  }

  /** Starts JMeter with a look, uses its window, and ends this JVM: with 0 if all of it held. */
  static void use(String look, Use use, String... options) {
    Window window = null;
    int code = 1;
    try {
      window = start(look, options);
      use.of(window);
      code = 0;
    } catch (Exception | AssertionError e) {
      e.printStackTrace(System.out);
      if (window != null) {
        window.save(Path.of("failure.png"));
      }
    }
    ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .ifPresent(used -> System.out.println("cpu seconds: " + used.toSeconds()));
    System.out.flush();
    System.exit(code); // JMeter's window would stay
  }

  /** Starts JMeter with a look of its own: {@code IntelliJTheme} or {@code DarculaTheme}. */
  static Window start(String look, String... options) throws Exception {
    Preferences.userRoot().node("org/apache/jmeter/gui/action").put("laf.command", LOOKS + look);
    String[] all = new String[options.length + 1];
    System.arraycopy(options, 0, all, 1, options.length);
    all[0] = "-Jlanguage=en";
    Class.forName("org.apache.jmeter.NewDriver")
        .getMethod("main", String[].class)
        .invoke(null, (Object) all);
    return Window.open();
  }
}
