package io.tollgate.jmeter.elements;

import java.awt.Color;

/** Colours that can be read on their ground, as WCAG 2.1 has it. */
final class Contrast {
  /** Of text of a usual size, in success criterion 1.4.3. */
  static final double LEAST = 4.5;

  private static final int MIXES = 20;

  private Contrast() {}

  /** The palest mix of text and ground that is read well on that ground. */
  static Color palest(Color text, Color ground) {
    for (int part = MIXES / 2; part < MIXES; part++) {
      Color mixed = mixed(text, ground, part);
      if (ratio(mixed, ground) >= LEAST) {
        return mixed;
      }
    }
    return text;
  }

  /** This colour, as much darker or lighter as that ground requires. */
  static Color readable(Color colour, Color ground) {
    Color far = ratio(Color.BLACK, ground) > ratio(Color.WHITE, ground) ? Color.BLACK : Color.WHITE;
    for (int part = 0; part < MIXES; part++) {
      Color mixed = mixed(far, colour, part);
      if (ratio(mixed, ground) >= LEAST) {
        return mixed;
      }
    }
    return far;
  }

  private static Color mixed(Color one, Color other, int part) {
    return new Color(
        mix(one.getRed(), other.getRed(), part),
        mix(one.getGreen(), other.getGreen(), part),
        mix(one.getBlue(), other.getBlue(), part));
  }

  private static int mix(int one, int other, int part) {
    return (one * part + other * (MIXES - part)) / MIXES;
  }

  /** The contrast ratio of two colours, 1 to 21. */
  static double ratio(Color one, Color other) {
    double first = luminance(one) + 0.05;
    double second = luminance(other) + 0.05;
    return Math.max(first, second) / Math.min(first, second);
  }

  private static double luminance(Color color) {
    return 0.2126 * linear(color.getRed())
        + 0.7152 * linear(color.getGreen())
        + 0.0722 * linear(color.getBlue());
  }

  private static double linear(int part) {
    double share = part / 255.0;
    return share <= 0.03928 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
  }
}
