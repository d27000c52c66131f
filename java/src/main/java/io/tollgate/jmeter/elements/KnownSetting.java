package io.tollgate.jmeter.elements;

import java.util.List;

/** One setting as a form needs it. */
final class KnownSetting {
  private final String key;
  private final String kind;
  private final String standard;
  private final List<String> words;
  private final String label;
  private final String section;
  private final String help;

  /** The cells of a row of the table. */
  KnownSetting(String... cells) {
    this.key = cells[0];
    this.kind = cells[1];
    this.standard = cells[2];
    this.words = key.equals("region") ? KnownSettings.regions() : SettingsTable.list(cells[3]);
    this.label = cells[4];
    this.section = cells[5];
    this.help = cells[6];
  }

  /** Its name; one that ends in {@code <…>} stands for all that begin so. */
  String key() {
    return key;
  }

  /** Its name for people. */
  String label() {
    return SettingTexts.of("label", key, label);
  }

  /** The same for a key of this family, which ends in a name of the user's choice. */
  String labelOf(String name) {
    return isFamilyOf(name) ? label() + " " + name.substring(key.indexOf('<')) : label();
  }

  /** The English title of the part of a form that it is in. */
  String section() {
    return section;
  }

  /** The text that stands for it where it is not given; empty if there is none. */
  String standard() {
    return standard;
  }

  /** What can be chosen; empty for free text. */
  List<String> words() {
    return words;
  }

  /** What its values are: url, number, duration, words, flag, text or secret. */
  String kind() {
    return kind;
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

  /** What it means, as plain text. */
  String help() {
    return SettingTexts.of("help", key, help)
        .replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
        .replace("`", "");
  }
}
