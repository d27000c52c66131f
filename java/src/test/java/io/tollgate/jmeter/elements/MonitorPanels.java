package io.tollgate.jmeter.elements;

import io.tollgate.jmeter.monitor.MonitorFeed;
import io.tollgate.jmeter.monitor.MonitorFeeds;
import io.tollgate.jmeter.report.JournalLines;
import io.tollgate.testing.Plugin;
import java.awt.Color;
import java.awt.Component;
import java.awt.Container;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.file.Files;
import java.util.Collections;
import javax.imageio.ImageIO;
import javax.swing.JLabel;
import javax.swing.SwingUtilities;

/** Panels of the Monitor with a run in them, and what can be found on one. */
final class MonitorPanels {
  static final int WIDTH = 900;
  static final int HEIGHT = 520;

  private MonitorPanels() {}

  static JournalLines story() {
    return new JournalLines()
        .run(0, "run_started")
        .minted(2, 1, "first", 120)
        .at(2, "waited", "count=200", "longest=1900", JournalLines.until(2))
        .minted(95, 2, "ahead", 120)
        .at(140, "rejected", "generation=2", "age=45000", "count=40", JournalLines.until(141))
        .minted(141, 3, "rejected", 120)
        .at(141, "waited", "count=31", "longest=900", JournalLines.until(141))
        .of(2, "slow")
        .at(5, "sent", "reason=first")
        .at(
            6,
            "refused",
            "cause=THROTTLED_UNTIL",
            "status=429",
            "words=the token endpoint answered 429: slow down")
        .at(6, "token_gate", "count=1", JournalLines.until(36))
        .minted(37, 1, "first", 600)
        .at(100, "api_gate", "origin=https://api", "count=12", JournalLines.until(160))
        .at(150, "sent", "reason=ahead");
  }

  static TollgateMonitorPanel panel(JournalLines journal, double second) throws Exception {
    return panel(MonitorFeeds.of(journal, Collections.singletonMap("profile 'demo'", 3)), second);
  }

  /** As the panel of a window, on Swing's thread. */
  static TollgateMonitorPanel panel(MonitorFeed feed, double second) throws Exception {
    TollgateMonitorPanel[] panel = new TollgateMonitorPanel[1];
    SwingUtilities.invokeAndWait(
        () -> {
          panel[0] = new TollgateMonitorPanel(feed, Runnable::run);
          panel[0].refresh(JournalLines.time(second));
        });
    return panel[0];
  }

  static BufferedImage painted(Component panel) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    panel.setSize(WIDTH, HEIGHT);
    layOut(panel);
    Graphics2D g = image.createGraphics();
    panel.printAll(g);
    g.dispose();
    return image;
  }

  static void layOut(Component component) {
    component.doLayout();
    if (component instanceof Container) {
      for (Component child : ((Container) component).getComponents()) {
        layOut(child);
      }
    }
  }

  static String note(Container in) {
    StringBuilder text = new StringBuilder();
    for (Component child : in.getComponents()) {
      text.append(child instanceof JLabel ? ((JLabel) child).getText() + "\n" : "");
      text.append(child instanceof Container ? note((Container) child) : "");
    }
    return text.toString();
  }

  static long pixels(BufferedImage image, Color colour) {
    int rgb = colour.getRGB() & 0xffffff;
    long found = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        found += (image.getRGB(x, y) & 0xffffff) == rgb ? 1 : 0;
      }
    }
    return found;
  }

  /** The first of its kind, in the order of the components; {@code null} if there is none. */
  static <T extends Component> T first(Class<T> kind, Container in) {
    for (Component child : in.getComponents()) {
      T found = kind.isInstance(child) ? kind.cast(child) : null;
      if (found == null && child instanceof Container) {
        found = first(kind, (Container) child);
      }
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** Pictures go where a person can look at them. */
  static void keep(BufferedImage image, String name) throws Exception {
    File folder = new File(Plugin.jar().getParentFile().getParentFile(), "pictures");
    Files.createDirectories(folder.toPath());
    ImageIO.write(image, "png", new File(folder, name));
  }
}
