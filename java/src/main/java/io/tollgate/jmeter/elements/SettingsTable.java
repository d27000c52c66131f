package io.tollgate.jmeter.elements;

import io.tollgate.engine.Log;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The engine's table of settings, and what it says of presets and grants, as rows of cells.
 *
 * <p>A copy in the jar, because a plan must open where the native library can't load. Tests of the
 * engine compare it with the engine's own.
 */
final class SettingsTable {
  private static final String FILE = "settings.tsv";

  /** The rows without their first cell, by that cell. */
  private static final Map<String, List<String[]>> ROWS = read();

  private SettingsTable() {}

  private static Map<String, List<String[]>> read() {
    Map<String, List<String[]>> rows = new LinkedHashMap<>();
    try (InputStream in = SettingsTable.class.getResourceAsStream(FILE);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] cells = line.split("\t", -1);
        rows.computeIfAbsent(cells[0], kind -> new ArrayList<>())
            .add(Arrays.copyOfRange(cells, 1, cells.length));
      }
    } catch (IOException | RuntimeException e) {
      Log.error("The jar of Tollgate is damaged: " + FILE + " can't be read", e);
    }
    return rows;
  }

  /** The rows of a kind, in their order. */
  static List<String[]> rows(String kind) {
    return ROWS.getOrDefault(kind, Collections.emptyList());
  }

  /** The words of a cell that is a list. */
  static List<String> list(String cell) {
    return cell.isEmpty() ? Collections.emptyList() : Arrays.asList(cell.split(" "));
  }
}
