package io.tollgate.jmeter.elements;

import java.beans.PropertyDescriptor;
import org.apache.jmeter.testbeans.BeanInfoSupport;

/** The kinds of fields that the elements' panels have, with what they hold at first. */
final class Fields {
  private Fields() {}

  /** Text, blank at first; may be an expression. */
  static void text(PropertyDescriptor field) {
    field.setValue(BeanInfoSupport.NOT_UNDEFINED, Boolean.TRUE);
    field.setValue(BeanInfoSupport.DEFAULT, "");
  }

  /** The name of a profile, blank at first; may be an expression. */
  static void profile(PropertyDescriptor field) {
    text(field);
    field.setPropertyEditorClass(ProfileEditor.class);
  }

  /** One of these, the first at first; may be an expression. */
  static void choice(PropertyDescriptor field, String... values) {
    text(field);
    field.setValue(BeanInfoSupport.DEFAULT, values[0]);
    field.setValue(BeanInfoSupport.TAGS, values);
  }

  /** A switch that is off at first. */
  static void off(PropertyDescriptor field) {
    field.setValue(BeanInfoSupport.NOT_UNDEFINED, Boolean.TRUE);
    field.setValue(BeanInfoSupport.DEFAULT, Boolean.FALSE);
  }
}
