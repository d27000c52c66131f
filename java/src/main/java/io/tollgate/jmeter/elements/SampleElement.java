package io.tollgate.jmeter.elements;

import org.apache.jmeter.testelement.AbstractTestElement;
import org.apache.jmeter.testelement.property.JMeterProperty;
import org.apache.jmeter.testelement.property.StringProperty;

/**
 * An element that JMeter runs with each sample in its scope.
 *
 * <p>It belongs to no thread: controllers of other plugins run one element on several threads at
 * once. So nothing of a thread or a sample is kept in it, and its fields are evaluated from its
 * properties when they are needed, by the thread that needs them, once a sample.
 *
 * <p>JMeter's {@code TestBeanHelper} would evaluate each field too, write it to the log at DEBUG,
 * passwords included, and set it in the shared element. In a run it finds blanks.
 */
abstract class SampleElement extends AbstractTestElement {
  private static final long serialVersionUID = 1L;

  private transient volatile ProfileChoice choice;

  final ProfileChoice choice() {
    ProfileChoice made = choice;
    if (made == null) {
      made = new ProfileChoice();
      choice = made; // two threads may make one each: it is a cache
    }
    return made;
  }

  /** Whether a property is a field of this element's form. */
  abstract boolean isField(String name);

  /** Whether a property is a field that the first version did not have. */
  boolean isLaterField(String name) {
    return false;
  }

  /** Such a field is in a plan only if it is on or not blank: older plans stay as they are. */
  @Override
  public final void setProperty(JMeterProperty property) {
    if (isLaterField(property.getName()) && isUnset(property.getStringValue())) {
      removeProperty(property.getName());
    } else {
      super.setProperty(property);
    }
  }

  private static boolean isUnset(String value) {
    return value.isEmpty() || value.equals("false");
  }

  @Override
  public final JMeterProperty getProperty(String name) {
    return isRunningVersion() && isField(name)
        ? new StringProperty(name, "")
        : super.getProperty(name);
  }

  /** Evaluates a field. */
  final String text(String field) {
    return super.getProperty(field).getStringValue();
  }

  /** Evaluates a switch. */
  final boolean isOn(String field) {
    return Boolean.parseBoolean(text(field).trim());
  }

  /**
   * Sets a field of the plan; in a run it does nothing, for then it is TestBeanHelper that calls.
   */
  final void set(String field, String value) {
    if (!isRunningVersion()) {
      setProperty(field, value == null ? "" : value);
    }
  }

  /** As {@link #set(String, String)}, of a switch. */
  final void set(String field, boolean value) {
    if (!isRunningVersion()) {
      setProperty(field, value);
    }
  }
}
