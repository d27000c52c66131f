package io.tollgate.jmeter.elements;

import java.awt.Dimension;
import java.awt.GridBagConstraints;
import java.awt.GridBagLayout;
import java.awt.Insets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.swing.BorderFactory;
import javax.swing.JComponent;
import javax.swing.JPanel;

/** Fields under a title, two in a row. */
final class SectionPanel extends JPanel {
  private static final long serialVersionUID = 1L;
  private static final int FIELDS_IN_A_ROW = 2;

  private final GridBagLayout grid = new GridBagLayout();
  private final Room secondLabel = new Room();
  private final Room secondField = new Room();
  private transient List<SettingField> fields = new ArrayList<>();

  SectionPanel(String title) {
    super();
    setLayout(grid);
    setName(title);
    setBorder(BorderFactory.createTitledBorder(SettingTexts.of("section", title, title)));
  }

  /** Shows these fields. One that is here already is not taken out: it may have the focus. */
  void show(List<SettingField> wanted) {
    Set<SettingField> kept = new HashSet<>(wanted);
    for (SettingField field : fields) {
      if (!kept.contains(field) && field.component().getParent() == this) {
        remove(field.label());
        remove(field.component());
        remove(field.hint());
      }
    }
    fields = new ArrayList<>(wanted);
    GridBagConstraints at = new GridBagConstraints();
    at.insets = new Insets(2, 4, 2, 4);
    at.fill = GridBagConstraints.HORIZONTAL;
    for (int i = 0; i < fields.size(); i++) {
      at.gridy = i / FIELDS_IN_A_ROW * 2;
      at.gridx = i % FIELDS_IN_A_ROW * 2;
      at.weightx = 0;
      place(fields.get(i).label(), at);
      at.gridx++;
      at.weightx = 1;
      place(fields.get(i).component(), at);
      at.gridy++;
      at.gridx--;
      at.gridwidth = 2;
      place(fields.get(i).hint(), at);
      at.gridwidth = 1;
    }
    secondLabel.like = fields.size() == 1 ? fields.get(0).label() : null;
    secondField.like = fields.size() == 1 ? fields.get(0).component() : null;
    at.gridy = 0;
    at.gridx = 2;
    at.weightx = 0;
    place(secondLabel, at);
    at.gridx = 3;
    at.weightx = 1;
    place(secondField, at);
    setVisible(!fields.isEmpty());
  }

  private void place(JComponent component, GridBagConstraints at) {
    if (component.getParent() == this) {
      grid.setConstraints(component, at);
    } else {
      add(component, at);
    }
  }

  /** The room of a second field beside an only one, so that all fields of a form are in line. */
  private static final class Room extends JComponent {
    private static final long serialVersionUID = 1L;

    private JComponent like;

    @Override
    public Dimension getPreferredSize() {
      return new Dimension(like == null ? 0 : like.getPreferredSize().width, 0);
    }

    @Override
    public Dimension getMinimumSize() {
      return getPreferredSize();
    }
  }
}
