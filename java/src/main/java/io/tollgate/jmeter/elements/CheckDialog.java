package io.tollgate.jmeter.elements;

import java.awt.BorderLayout;
import java.awt.Component;
import java.util.Collections;
import java.util.Map;
import javax.swing.BorderFactory;
import javax.swing.JComboBox;
import javax.swing.JLabel;
import javax.swing.JOptionPane;
import javax.swing.JPanel;

/** "Check a credential…": the trial of any profile, also of one that only properties know. */
final class CheckDialog extends JPanel {
  private static final long serialVersionUID = 1L;

  private final transient Map<String, Map<String, String>> profiles;
  private final transient Map<String, String> places;
  private final JComboBox<String> names;
  private final JLabel place = new JLabel();
  private final TrialPanel trial = new TrialPanel(this::tried);

  CheckDialog(Map<String, Map<String, String>> profiles, Map<String, String> places) {
    super(new BorderLayout(5, 5));
    this.profiles = profiles;
    this.places = places;
    this.names = new JComboBox<>(profiles.keySet().toArray(new String[0]));
    names.setName("profiles");
    names.addActionListener(
        e -> {
          trial.clear();
          tellPlace();
        });
    place.setName("place");
    tellPlace();
    JLabel label = new JLabel(Text.PROFILE_NAME.of());
    label.setLabelFor(names);
    JPanel top = new JPanel(new BorderLayout(5, 0));
    top.setBorder(BorderFactory.createEmptyBorder(0, 5, 0, 5));
    top.add(label, BorderLayout.WEST);
    top.add(names, BorderLayout.CENTER);
    top.add(HelpPage.button(HelpPage.CREDENTIAL), BorderLayout.EAST);
    top.add(place, BorderLayout.SOUTH);
    add(top, BorderLayout.NORTH);
    add(trial, BorderLayout.CENTER);
  }

  /** Says whose credential it is. */
  private void tellPlace() {
    place.setText(places.getOrDefault(names.getSelectedItem(), " "));
    names.getAccessibleContext().setAccessibleDescription(place.getText());
  }

  private TrialPanel.Tried tried() {
    String name = (String) names.getSelectedItem();
    return new TrialPanel.Tried(
        name == null ? "" : name, profiles.getOrDefault(name, Collections.emptyMap()));
  }

  static void show(
      Component parent, Map<String, Map<String, String>> profiles, Map<String, String> places) {
    if (profiles.isEmpty()) {
      JOptionPane.showMessageDialog(
          parent, Text.NO_PROFILES.of(), Text.CHECK.of(), JOptionPane.INFORMATION_MESSAGE);
    } else {
      JOptionPane pane = Question.of(new CheckDialog(profiles, places), JOptionPane.DEFAULT_OPTION);
      Question.ask(parent, Text.CHECK, pane);
    }
  }
}
