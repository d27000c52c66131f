package io.tollgate.jmeter.http;

import org.apache.jmeter.engine.util.CompoundVariable;
import org.apache.jmeter.testelement.TestElement;
import org.apache.jmeter.testelement.property.FunctionProperty;
import org.apache.jmeter.testelement.property.JMeterProperty;
import org.apache.jmeter.testelement.property.MultiProperty;

/** Fields of a running element whose functions are evaluated once, for all who read them. */
final class EvaluatedFields {
  private EvaluatedFields() {}

  /** The text of a field as the plan has it. */
  static String unevaluated(JMeterProperty field) {
    Object value = field.getObjectValue();
    if (value instanceof CompoundVariable) {
      return ((CompoundVariable) value).getRawParameters();
    }
    return value == null ? "" : value.toString();
  }

  /**
   * Evaluates a field, and each that is part of it, and leaves the value in it. JMeter takes that
   * back after the sample.
   */
  static void settle(JMeterProperty field) {
    if (field instanceof FunctionProperty) {
      if (field.isRunningVersion()) {
        field.setObjectValue(field.getStringValue());
      }
    } else if (field.getObjectValue() instanceof TestElement) {
      settle((TestElement) field.getObjectValue());
    } else if (field instanceof MultiProperty) {
      ((MultiProperty) field).forEach(EvaluatedFields::settle);
    }
  }

  /** The same with all fields of an element. */
  static void settle(TestElement element) {
    element.propertyIterator().forEachRemaining(EvaluatedFields::settle);
  }
}
