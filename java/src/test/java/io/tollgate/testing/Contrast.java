package io.tollgate.testing;

/** How well one colour can be seen on another, as WCAG 2.1 defines it. */
public final class Contrast {
  private static final double[] WEIGHTS = {0.2126, 0.7152, 0.0722};

  private Contrast() {}

  /** From 1 for equal colours, given as 0xRRGGBB, to 21 for black on white. */
  public static double of(int one, int other) {
    double a = luminance(one);
    double b = luminance(other);
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }

  private static double luminance(int rgb) {
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      double part = (rgb >> 16 - 8 * i & 255) / 255.0;
      sum += WEIGHTS[i] * (part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
    }
    return sum;
  }
}
