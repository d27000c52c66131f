package io.tollgate.jmeter.elements;

import java.awt.BorderLayout;
import java.awt.GridBagConstraints;
import java.awt.GridBagLayout;
import java.awt.GridLayout;
import java.awt.Insets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import javax.swing.BorderFactory;
import javax.swing.BoxLayout;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JTextField;

/**
 * The fields of a profile: its name, the settings most plans need in groups, and all the others.
 */
final class CredentialForm extends JPanel {
  private static final long serialVersionUID = 1L;

  /** Two fields and their labels and hints in a row of the form. */
  private static final int FIELDS_IN_A_ROW = 2;

  private final JTextField profile = new JTextField();
  private final transient Map<String, SettingField> fields = new LinkedHashMap<>();
  private final OtherSettings others;

  /** The trial has its place below what most plans need. */
  CredentialForm(JComponent trial) {
    super();
    setLayout(new BoxLayout(this, BoxLayout.PAGE_AXIS));
    add(name());
    add(group("Server", "preset", "region", "token_url", "issuer", "host", "tenant"));
    add(group("Client", "grant", "client_auth", "client_id", "client_secret"));
    add(
        group(
            "What is asked for",
            "scope",
            "audience",
            "username",
            "password",
            "refresh_token",
            "tenant_header"));
    add(note());
    trial.setBorder(BorderFactory.createTitledBorder("Try it"));
    add(trial);
    add(
        group(
            "Refresh",
            "refresh",
            "refresh_margin",
            "refresh_interval",
            "default_lifetime",
            "token_timeout",
            "request_timeout"));
    add(
        group(
            "Backoff",
            "backoff_base",
            "backoff_throttle_base",
            "backoff_cap",
            "max_retry_after",
            "max_pause",
            "mint_budget"));
    add(group("Samplers", "on_token_failure", "allowed_hosts"));
    others = new OtherSettings(fields.keySet());
    others.setBorder(BorderFactory.createTitledBorder("Other settings"));
    add(others);
  }

  private JPanel name() {
    profile.setName("profile");
    JLabel label = new JLabel("Profile name:");
    label.setLabelFor(profile);
    JPanel panel = new JPanel(new BorderLayout(5, 0));
    panel.setBorder(BorderFactory.createEmptyBorder(5, 0, 5, 0));
    panel.add(label, BorderLayout.WEST);
    panel.add(profile, BorderLayout.CENTER);
    return panel;
  }

  private static JPanel note() {
    JPanel note = new JPanel(new GridLayout(0, 1));
    note.setBorder(BorderFactory.createEmptyBorder(4, 8, 4, 8));
    for (String line : Texts.NOTES) {
      note.add(new JLabel(line));
    }
    return note;
  }

  /** Settings that this engine does not know have no field. */
  private JPanel group(String title, String... keys) {
    JPanel panel = new JPanel(new GridBagLayout());
    panel.setBorder(BorderFactory.createTitledBorder(title));
    GridBagConstraints at = new GridBagConstraints();
    at.insets = new Insets(2, 4, 2, 4);
    at.fill = GridBagConstraints.HORIZONTAL;
    at.gridy = 0;
    at.gridx = 0;
    for (String key : keys) {
      KnownSetting setting = KnownSettings.named(key);
      if (setting == null) {
        continue;
      }
      SettingField field = new SettingField(setting);
      fields.put(key, field);
      at.weightx = 0;
      panel.add(field.label(), at);
      at.gridx++;
      at.weightx = 1;
      panel.add(field.component(), at);
      at.gridx++;
      at.weightx = 0;
      panel.add(field.hint(), at);
      at.gridx++;
      if (at.gridx >= FIELDS_IN_A_ROW * 3) {
        at.gridx = 0;
        at.gridy++;
      }
    }
    return panel;
  }

  String profile() {
    return profile.getText().trim();
  }

  /** All settings that are filled in. */
  Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    fields.values().forEach(field -> values.put(field.key(), field.value()));
    others.values().forEach(values::put);
    values.values().removeIf(value -> value.trim().isEmpty());
    return values;
  }

  void show(String name, Map<String, String> values) {
    profile.setText(name);
    Map<String, String> rest = new LinkedHashMap<>(values);
    for (SettingField field : fields.values()) {
      String value = rest.remove(field.key());
      field.show(value == null ? "" : value);
    }
    others.show(rest);
  }

  void clear() {
    show("", Collections.emptyMap());
  }

  /** The settings that have fields. */
  Set<String> keys() {
    return Collections.unmodifiableSet(fields.keySet());
  }
}
