package io.tollgate.jmeter.elements;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.swing.BoxLayout;
import javax.swing.JPanel;

/** Fields under the titles of their sections, all in line; a section without a field is hidden. */
final class SectionPanels extends JPanel {
  private static final long serialVersionUID = 1L;

  private final transient Map<String, SectionPanel> panels = new LinkedHashMap<>();

  SectionPanels() {
    super();
    setLayout(new BoxLayout(this, BoxLayout.PAGE_AXIS));
    for (String[] section : SettingsTable.rows("section")) {
      SectionPanel panel = new SectionPanel(section[0]);
      panels.put(section[0], panel);
      add(panel);
    }
  }

  void show(List<SettingField> fields) {
    fields.forEach(field -> field.alignWith(fields));
    panels.forEach(
        (title, panel) ->
            panel.show(
                fields.stream()
                    .filter(field -> field.section().equals(title))
                    .collect(Collectors.toList())));
  }
}
