package io.tollgate.jmeter.elements;

import io.tollgate.jmeter.monitor.MonitorFeed;
import java.awt.BorderLayout;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JTextField;
import org.apache.jmeter.testelement.TestElement;
import org.apache.jmeter.visualizers.gui.AbstractListenerGui;

/** The panel of {@link TollgateMonitor}: the file it writes, and the live view. */
public final class TollgateMonitorGui extends AbstractListenerGui {
  private static final long serialVersionUID = 1L;

  private final JTextField filename = new JTextField(30);

  /** Made by JMeter, also without a screen. */
  public TollgateMonitorGui() {
    setLayout(new BorderLayout(0, 5));
    setBorder(makeBorder());
    JPanel head = new JPanel(new BorderLayout(0, 5));
    head.add(makeTitlePanel(), BorderLayout.NORTH);
    JPanel file = new JPanel(new BorderLayout(5, 0));
    JLabel label = new JLabel(Text.JOURNAL_FILE.of());
    label.setLabelFor(filename);
    file.add(label, BorderLayout.WEST);
    file.add(filename, BorderLayout.CENTER);
    file.add(HelpPage.button("elements/monitor.md"), BorderLayout.EAST);
    head.add(file, BorderLayout.SOUTH);
    add(head, BorderLayout.NORTH);
    add(
        new TollgateMonitorPanel(MonitorFeed.ofThisJvm(), TollgateMonitorPanel.ownThread()),
        BorderLayout.CENTER);
    Mnemonics.assign(this);
  }

  @Override
  public void addNotify() {
    super.addNotify();
    JMeterHelp.install();
  }

  /** The name is not in JMeter's resources. */
  @Override
  public String getStaticLabel() {
    return Text.MONITOR.of();
  }

  @Override
  public String getLabelResource() {
    return "tollgate_monitor";
  }

  @Override
  public TestElement createTestElement() {
    TollgateMonitor monitor = new TollgateMonitor();
    modifyTestElement(monitor);
    return monitor;
  }

  @Override
  public void modifyTestElement(TestElement element) {
    configureTestElement(element);
    if (element instanceof TollgateMonitor) {
      ((TollgateMonitor) element).setFilename(filename.getText());
    }
  }

  @Override
  public void configure(TestElement element) {
    super.configure(element);
    if (element instanceof TollgateMonitor) {
      filename.setText(((TollgateMonitor) element).getFilename());
    }
  }

  @Override
  public void clearGui() {
    super.clearGui();
    filename.setText("");
  }
}
