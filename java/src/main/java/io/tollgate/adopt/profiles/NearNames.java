package io.tollgate.adopt.profiles;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Names that somebody who wrote another may have meant. */
final class NearNames {
  private NearNames() {}

  /** Those that differ by a third of their letters at most, two at least; none of short ones. */
  static List<String> of(String name, Collection<String> names) {
    List<String> near = new ArrayList<>();
    for (String other : names) {
      int most =
          Math.min(Math.max(2, other.length() / 3), Math.min(name.length(), other.length()) - 1);
      if (distance(name.toLowerCase(Locale.ROOT), other.toLowerCase(Locale.ROOT)) <= most) {
        near.add(other);
      }
    }
    return near;
  }

  /** How many letters are to be changed, added or removed (Levenshtein). */
  static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int above = row[j];
        int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[other.length()];
  }
}
