package io.tollgate.tests.window;

import io.tollgate.tests.AuthServer;
import io.tollgate.tests.JMeterHome;
import io.tollgate.tests.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Takes the pictures of JMeter's window for the guide: light and dark on a screen of 1280 by 800,
 * and at 200 % on one of twice that. The argument is their folder.
 */
public final class Portraits {
  private static final int WIDTH = 1280;
  private static final int HEIGHT = 800;
  private static final int LIMIT_SECONDS = 300;

  private Portraits() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]).toAbsolutePath();
    Path directory = Layout.build().resolve("system").resolve("portraits");
    JMeterHome.delete(directory);
    Files.createDirectories(directory);
    try (AuthServer server = AuthServer.start("portraits", "--lifetime", "24h")) {
      Path plan = directory.resolve("plan.jmx");
      String example =
          Files.readString(Layout.example("credential"))
              .replaceFirst("testname=\"Tollgate Credential\"", "testname=\"Your plan\"");
      Files.writeString(
          plan, example.replaceAll("\\$\\{__P\\(token.url[^)]*\\)}", server.tokenUrl().toString()));
      take(
          directory,
          plan,
          "IntelliJTheme",
          1,
          folder.resolve("window-light.png"),
          folder.resolve("tools-menu.png"));
      take(directory, plan, "DarculaTheme", 1, folder.resolve("window-dark.png"));
      take(directory, plan, "IntelliJTheme", 2, folder.resolve("window-200.png"));
    }
  }

  /** The first picture is of the window, the second, if one is wanted, of its menu Tools. */
  private static void take(Path directory, Path plan, String look, int scale, Path... files) {
    Path run = directory.resolve(files[0].getFileName().toString());
    List<String> arguments = new ArrayList<>(List.of(look, plan.toString()));
    for (Path file : files) {
      arguments.add(file.toString());
    }
    try (Screen screen =
        Screen.of(WIDTH * scale, HEIGHT * scale, directory.resolve("screen.log"))) {
      JMeterWindow.run(
          Portrait.class,
          JMeterHome.withTollgate(),
          screen,
          run,
          LIMIT_SECONDS,
          Map.of("DEMO_SECRET", AuthServer.CLIENT_SECRET),
          List.of("-Dsun.java2d.uiScale=" + scale),
          arguments.toArray(new String[0]));
    }
    for (Path file : files) {
      System.out.println(file);
    }
  }
}
