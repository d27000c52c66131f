package io.tollgate.jmeter.elements;

import io.tollgate.jmeter.clientconfig.ClientConfiguration;
import java.awt.BorderLayout;
import java.awt.Container;
import java.awt.FlowLayout;
import java.awt.GridLayout;
import java.awt.event.FocusAdapter;
import java.awt.event.FocusEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.swing.BorderFactory;
import javax.swing.BoxLayout;
import javax.swing.JButton;
import javax.swing.JCheckBox;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JTextField;
import javax.swing.SwingUtilities;

/**
 * The fields of a profile: its name, what its preset and grant use, and what is filled in. The
 * others are folded under More.
 *
 * <p>A field changes its place when a choice is made, and not while a value is typed.
 */
final class CredentialForm extends JPanel {
  private static final long serialVersionUID = 1L;

  /** The settings that decide what a profile needs. */
  private static final List<String> CHOICES = Arrays.asList("preset", "grant", "client_auth");

  /** One of these names the server. */
  private static final List<String> SERVERS = Arrays.asList("token_url", "issuer", "region");

  private final JTextField profile = new JTextField();
  private final transient Map<String, SettingField> fields = new LinkedHashMap<>();

  /** The settings of families that presets require. They have a field while theirs is chosen. */
  private final transient Map<String, SettingField> members = new LinkedHashMap<>();

  private final transient Set<SettingField> above = new LinkedHashSet<>();
  private final SectionPanels used = new SectionPanels();
  private final SectionPanels rest = new SectionPanels();
  private final OtherSettings others = new OtherSettings();
  private final JPanel othersAbove = new JPanel(new BorderLayout());
  private final JPanel othersBelow = new JPanel(new BorderLayout());
  private final JPanel more = new JPanel();
  private final JButton fold = new JButton();
  private final JCheckBox keys = new JCheckBox(Text.SHOW_KEYS.of());
  private final JLabel note = new JLabel();
  private final transient List<Runnable> listeners = new ArrayList<>();
  private boolean isFilling;

  /** The trial has its place below what the profile uses. */
  CredentialForm(JComponent trial) {
    super();
    for (KnownSetting setting : KnownSettings.all()) {
      if (!setting.isFamily()) {
        listen(fields, new SettingField(setting));
      }
    }
    for (String key : ProfileNeeds.requiredMembers()) {
      String help = ProfileNeeds.meaningOf(key);
      KnownSetting family = KnownSettings.named(key);
      listen(members, new SettingField(key, family, ProfileNeeds.labelOf(key), help));
    }
    setLayout(new BoxLayout(this, BoxLayout.PAGE_AXIS));
    add(name());
    add(used);
    add(othersAbove);
    add(notes());
    trial.setBorder(BorderFactory.createTitledBorder(Text.TRY_IT.of()));
    add(trial);
    add(foldLine());
    more.setName("more settings");
    more.setLayout(new BoxLayout(more, BoxLayout.PAGE_AXIS));
    more.add(rest);
    more.add(othersBelow);
    more.setVisible(false);
    add(more);
    clear();
  }

  private void listen(Map<String, SettingField> into, SettingField field) {
    into.put(field.key(), field);
    if (CHOICES.contains(field.key())) {
      // While the focus is still there, so that Tab leads to the field that follows now.
      field.onChange(() -> choose(field));
      ((JComboBox<?>) field.component()).addActionListener(e -> arrange());
    } else {
      field.onChange(this::mark);
    }
    field.onChange(this::changed);
    field.askForHttp(() -> fields.get("allow_http").value().trim().equals("true"));
    field.offerReference(() -> refer(field));
    if (field.key().equals("grant_type")) {
      field
          .component()
          .addFocusListener(
              new FocusAdapter() {
                @Override
                public void focusLost(FocusEvent e) {
                  arrange();
                }
              });
    }
  }

  /**
   * Names an environment variable in place of a secret, which the user can paste where it is set.
   */
  private void refer(SettingField field) {
    String name =
        (profile() + "_" + field.key()).toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_");
    String variable = name.replaceAll("^[_0-9]+", "");
    ClipboardText.put(field.value());
    field.show("env:" + variable);
    note.setText(Text.ENV_NAMED.of(field.name(), variable));
    note.setVisible(true);
    field.component().requestFocusInWindow();
  }

  private void changed() {
    if (!isFilling) {
      listeners.forEach(Runnable::run);
    }
  }

  /** Runs whenever the user changes the profile. */
  void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** A word that is not complete yet is no choice. */
  private void choose(SettingField field) {
    String text = field.value().trim();
    List<String> words = KnownSettings.named(field.key()).words();
    if (words.contains(text)
        || text.isEmpty()
        || words.stream().noneMatch(word -> word.startsWith(text))) {
      arrange();
    }
  }

  private JPanel name() {
    profile.setName("profile");
    JLabel label = new JLabel(Text.PROFILE_NAME.of());
    label.setLabelFor(profile);
    JPanel panel = new JPanel(new BorderLayout(5, 0));
    panel.setBorder(BorderFactory.createEmptyBorder(5, 0, 5, 0));
    panel.add(label, BorderLayout.WEST);
    panel.add(profile, BorderLayout.CENTER);
    keys.setName("setting names");
    keys.setToolTipText(Text.SHOW_KEYS_TIP.of());
    keys.addActionListener(e -> showKeys(keys.isSelected()));
    JButton paste = new JButton(Text.PASTE.of());
    paste.setName("fill in from");
    paste.setToolTipText(Text.PASTE_TIP.of());
    paste.addActionListener(e -> paste());
    JPanel beside = new JPanel(new BorderLayout(8, 0));
    beside.add(paste, BorderLayout.WEST);
    beside.add(keys, BorderLayout.EAST);
    panel.add(beside, BorderLayout.EAST);
    note.setName("note");
    note.setVisible(false);
    panel.add(note, BorderLayout.SOUTH);
    SettingField.onChange(profile, this::changed);
    return panel;
  }

  private void paste() {
    String text = PasteDialog.ask(this);
    if (!text.trim().isEmpty()) {
      fill(text);
    }
  }

  /** Fills in what a configuration of another tool says; the other fields keep what they have. */
  void fill(String configuration) {
    ClientConfiguration read = ClientConfiguration.read(configuration);
    if (read == null) {
      note.setText(Text.NOT_PASTED.of());
    } else {
      Map<String, String> values = values();
      if (SERVERS.stream().anyMatch(read.settings()::containsKey)) {
        values.keySet().removeAll(SERVERS);
      }
      values.putAll(read.settings());
      show(profile(), values);
      changed();
      String filled =
          read.settings().keySet().stream()
              .map(KnownSettings::labelOf)
              .collect(Collectors.joining(", "));
      note.setText(
          read.leftOut().isEmpty()
              ? Text.PASTED.of(filled)
              : Text.PASTED_LEFT_OUT.of(filled, String.join(", ", read.leftOut())));
    }
    note.setVisible(true);
    revalidate();
  }

  private void showKeys(boolean shows) {
    all().forEach(field -> field.showKey(shows));
    arrange();
  }

  private static JPanel notes() {
    JPanel note = new JPanel(new GridLayout(0, 1));
    note.setBorder(BorderFactory.createEmptyBorder(4, 8, 4, 8));
    for (Text line : new Text[] {Text.NOTE_REQUIRED, Text.NOTE_SECRETS, Text.NOTE_EXPRESSIONS}) {
      note.add(new JLabel(line.of()));
    }
    return note;
  }

  private JPanel foldLine() {
    fold.setName("more");
    fold.addActionListener(
        e -> {
          more.setVisible(!more.isVisible());
          arrange();
        });
    JPanel line = new JPanel(new FlowLayout(FlowLayout.LEADING));
    line.add(fold);
    return line;
  }

  private Collection<SettingField> all() {
    List<SettingField> all = new ArrayList<>(fields.values());
    all.addAll(members.values());
    return all;
  }

  /** Puts each field in its place. */
  private void arrange() {
    if (isFilling) {
      return;
    }
    ProfileNeeds needs = new ProfileNeeds(values());
    moveMembers(needs);
    Predicate<SettingField> isFilledIn =
        field -> !field.isBlank() && (!more.isVisible() || above.contains(field));
    List<SettingField> shown =
        all().stream()
            .filter(field -> needs.uses(field.key()) || isFilledIn.test(field))
            .collect(Collectors.toList());
    above.clear();
    above.addAll(shown);
    List<SettingField> folded = new ArrayList<>(fields.values());
    folded.removeAll(above);
    used.show(shown);
    rest.show(folded);
    boolean isOpen = more.isVisible();
    boolean hasOthers = others.hasRows() && (!isOpen || others.getParent() == othersAbove);
    JPanel place = hasOthers ? othersAbove : othersBelow;
    if (others.getParent() != place) {
      place.add(others);
    }
    fold.setText(isOpen ? Text.LESS.of() : Text.MORE.of(folded.size()));
    mark();
    assignKeys();
    revalidate();
    repaint();
  }

  /** The panel of the element has more than this form: its Help, its name. */
  private void assignKeys() {
    Container panel = SwingUtilities.getAncestorOfClass(CredentialConfigGui.class, this);
    Mnemonics.assign(panel == null ? this : panel);
  }

  /** Values of settings of a family go where they have a field, and back. */
  private void moveMembers(ProfileNeeds needs) {
    for (SettingField field : members.values()) {
      if (needs.uses(field.key())) {
        String value = others.take(field.key());
        if (value != null) {
          field.show(value);
        }
      } else if (!field.isBlank()) {
        others.add(field.key(), field.value());
        field.show("");
      }
    }
  }

  /** Marks what is required, and shows what counts where nothing is filled in. */
  private void mark() {
    if (isFilling) {
      return;
    }
    ProfileNeeds needs = new ProfileNeeds(values());
    for (SettingField field : all()) {
      field.require(needs.needs(field.key()) ? needs.insteadOf(field.key()) : null);
      field.showStandard(needs);
    }
  }

  String profile() {
    return profile.getText().trim();
  }

  /** All settings that are filled in. */
  Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    all().forEach(field -> values.put(field.key(), field.value()));
    others.values().forEach(values::put);
    values.values().removeIf(value -> value.trim().isEmpty());
    return values;
  }

  void show(String name, Map<String, String> values) {
    note.setVisible(false);
    isFilling = true; // the choices are not made one after the other
    profile.setText(name);
    Map<String, String> left = new LinkedHashMap<>(values);
    for (SettingField field : fields.values()) {
      String value = left.remove(field.key());
      field.show(value == null ? "" : value);
    }
    members.values().forEach(field -> field.show(""));
    others.show(left);
    above.clear();
    isFilling = false;
    arrange();
  }

  void clear() {
    show("", Collections.emptyMap());
  }

  /** Every field of this form, shown or not. */
  Collection<SettingField> every() {
    return Collections.unmodifiableCollection(all());
  }
}
