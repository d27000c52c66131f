package io.tollgate.jmeter.elements;

import io.tollgate.Tollgate;
import java.awt.BorderLayout;
import java.awt.Dimension;
import java.awt.FlowLayout;
import java.awt.Rectangle;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.Scrollable;
import org.apache.jmeter.config.gui.AbstractConfigGui;
import org.apache.jmeter.testelement.TestElement;

/**
 * The form of {@link CredentialConfig}. Made of fields that need no engine, so that a plan can be
 * read, changed and saved where the native library can't load; only the trial of it then says why
 * not.
 */
public final class CredentialConfigGui extends AbstractConfigGui implements Scrollable {
  private static final long serialVersionUID = 1L;

  private final TrialPanel trial = new TrialPanel(this::tried);
  private final CredentialForm form = new CredentialForm(trial);

  /** For JMeter. */
  public CredentialConfigGui() {
    super();
    setLayout(new BorderLayout(0, 5));
    setBorder(makeBorder());
    JPanel top = new JPanel(new BorderLayout());
    top.add(makeTitlePanel(), BorderLayout.CENTER);
    top.add(about(), BorderLayout.SOUTH);
    add(top, BorderLayout.NORTH);
    JPanel fields = new JPanel(new BorderLayout());
    fields.add(form, BorderLayout.NORTH); // a large window does not stretch them
    add(fields, BorderLayout.CENTER);
    form.onChange(trial::outdate);
    FocusScrolling.of(this);
    Mnemonics.assign(this);
  }

  @Override
  public void addNotify() {
    super.addNotify();
    JMeterHelp.install();
  }

  private static JPanel about() {
    JPanel about = new JPanel(new FlowLayout(FlowLayout.LEADING));
    about.add(HelpPage.button(HelpPage.CREDENTIAL));
    about.add(new JLabel(Text.VERSION.of(Tollgate.version())));
    return about;
  }

  @Override
  public Dimension getPreferredScrollableViewportSize() {
    return getPreferredSize();
  }

  @Override
  public int getScrollableUnitIncrement(Rectangle visible, int orientation, int direction) {
    return FocusScrolling.unit(this);
  }

  @Override
  public int getScrollableBlockIncrement(Rectangle visible, int orientation, int direction) {
    return FocusScrolling.block(this, visible);
  }

  @Override
  public boolean getScrollableTracksViewportWidth() {
    return FocusScrolling.tracksWidth(this);
  }

  @Override
  public boolean getScrollableTracksViewportHeight() {
    return FocusScrolling.tracksHeight(this);
  }

  private TrialPanel.Tried tried() {
    return new TrialPanel.Tried(form.profile(), form.values());
  }

  @Override
  public String getStaticLabel() {
    return Text.CREDENTIAL.of();
  }

  @Override
  public String getLabelResource() {
    return "tollgate_credential"; // not looked up: the label above is the text itself
  }

  @Override
  public TestElement createTestElement() {
    CredentialConfig element = new CredentialConfig();
    modifyTestElement(element);
    return element;
  }

  @SuppressWarnings("deprecation") // its successor is not in JMeter 5.4
  @Override
  public void modifyTestElement(TestElement element) {
    configureTestElement(element);
    CredentialConfig credential = (CredentialConfig) element;
    String before = credential.getProfile();
    credential.setProfile(form.profile());
    credential.setSettings(form.values());
    ElementProfiles.follow(credential, before);
  }

  @Override
  public void configure(TestElement element) {
    super.configure(element);
    CredentialConfig credential = (CredentialConfig) element;
    form.show(credential.getProfile(), credential.getSettings());
    trial.clear();
  }

  @Override
  public void clearGui() {
    super.clearGui();
    form.clear();
    trial.clear();
  }
}
