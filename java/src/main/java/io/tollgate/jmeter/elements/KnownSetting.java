package io.tollgate.jmeter.elements;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** One setting as a form needs it. */
final class KnownSetting {
  private final String key;
  private final String kind;
  private final String standard;
  private final List<String> words;
  private final String help;

  KnownSetting(String key, String kind, String standard, String words, String help) {
    this.key = key;
    this.kind = kind;
    this.standard = standard;
    this.words =
        key.equals("region")
            ? KnownSettings.regions()
            : words.isEmpty() ? Collections.emptyList() : Arrays.asList(words.split(" "));
    this.help = help;
  }

  /** Its name; one that ends in {@code <…>} stands for all that begin so. */
  String key() {
    return key;
  }

  /** The text that stands for it where it is not given; empty if there is none. */
  String standard() {
    return standard;
  }

  /** What can be chosen; empty for free text. */
  List<String> words() {
    return words;
  }

  boolean isSecret() {
    return kind.equals("secret");
  }

  boolean isFamily() {
    return key.indexOf('<') >= 0;
  }

  boolean isFamilyOf(String name) {
    int end = key.indexOf('<');
    return end >= 0 && name.length() > end && name.startsWith(key.substring(0, end));
  }

  /** What it means, as the guide writes it. */
  String markdown() {
    return help;
  }

  /** What it means, as plain text. */
  String help() {
    return help.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1").replace("`", "");
  }
}
