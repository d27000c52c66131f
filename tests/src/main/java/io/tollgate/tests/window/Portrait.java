package io.tollgate.tests.window;

import io.tollgate.tests.Await;
import java.awt.Color;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.swing.JMenuItem;

/**
 * The main class of a JVM with JMeter's window: takes its picture for the guide. Arguments: the
 * look, a plan, the file.
 */
public final class Portrait {
  private static final int COLOURS = 256;
  private static final int MARGIN = 12;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Portrait() {}

  public static void main(String[] arguments) {
    int code = 1;
    try {
      Window window = WindowMain.start(arguments[0], "-t", arguments[1]);
      // JMeter selects the plan when it has opened it, which may be after this.
      Await.until(
          "the form",
          LIMIT,
          () -> {
            window.select("Tollgate Credential");
            return window.isShown(shown -> "fetch".equals(shown.getName()));
          });
      window.click(window.button("Fetch a token now"));
      window.field("Token received");
      window.click(window.field("Profile name")); // the focus is shown, and the pointer rests there
      ImageIO.write(indexed(window.picture()), "png", Path.of(arguments[2]).toFile());
      if (arguments.length > 3) {
        menu(window, Path.of(arguments[3]));
      }
      code = 0;
    } catch (Exception | AssertionError e) {
      e.printStackTrace(System.out);
    }
    System.out.flush();
    System.exit(code); // JMeter's window would stay
  }

  /** The part of the window that has its menu Tools. */
  private static void menu(Window window, Path file) throws IOException {
    JMenuItem item = window.itemOfOpened("Tools", "Dry run…");
    Rectangle shown =
        Window.onScreen(
            () -> {
              Rectangle menu = item.getParent().getBounds();
              menu.setLocation(item.getParent().getLocationOnScreen());
              return menu;
            });
    BufferedImage screen = window.picture();
    int width = shown.x + shown.width + MARGIN;
    int height = shown.y + shown.height + MARGIN;
    ImageIO.write(indexed(screen.getSubimage(0, 0, width, height)), "png", file.toFile());
  }

  /** With a table of colours, a quarter of the size: a window has few. */
  private static BufferedImage indexed(BufferedImage picture) {
    Map<Integer, Integer> counts = new LinkedHashMap<>();
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        counts.merge(picture.getRGB(x, y) & 0xffffff, 1, Integer::sum);
      }
    }
    int[] table =
        counts.entrySet().stream()
            .sorted((one, other) -> other.getValue() - one.getValue())
            .limit(COLOURS)
            .mapToInt(entry -> new Color(entry.getKey()).getRGB())
            .toArray();
    IndexColorModel model =
        new IndexColorModel(8, table.length, table, 0, false, -1, DataBuffer.TYPE_BYTE);
    BufferedImage drawn =
        new BufferedImage(
            picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, model);
    Map<Integer, Integer> places = new HashMap<>();
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        // Java would dither, which is noise on an even ground.
        int place = places.computeIfAbsent(picture.getRGB(x, y), colour -> nearest(table, colour));
        drawn.getRaster().setSample(x, y, 0, place);
      }
    }
    return drawn;
  }

  private static int nearest(int[] table, int colour) {
    int nearest = 0;
    for (int i = 1; i < table.length; i++) {
      if (distance(table[i], colour) < distance(table[nearest], colour)) {
        nearest = i;
      }
    }
    return nearest;
  }

  private static int distance(int one, int other) {
    int distance = 0;
    for (int shift = 0; shift < 24; shift += 8) {
      int apart = (one >> shift & 0xff) - (other >> shift & 0xff);
      distance += apart * apart;
    }
    return distance;
  }
}
