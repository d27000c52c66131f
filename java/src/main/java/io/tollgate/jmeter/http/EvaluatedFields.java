package io.tollgate.jmeter.http;

import org.apache.jmeter.engine.util.CompoundVariable;
import org.apache.jmeter.protocol.http.control.Header;
import org.apache.jmeter.protocol.http.control.HeaderManager;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerBase;
import org.apache.jmeter.testelement.TestElement;
import org.apache.jmeter.testelement.property.FunctionProperty;
import org.apache.jmeter.testelement.property.JMeterProperty;
import org.apache.jmeter.testelement.property.MultiProperty;
import org.apache.jmeter.testelement.property.PropertyIterator;
import org.apache.jmeter.testelement.property.TestElementProperty;

/** Fields of a running element whose functions are evaluated once, for all who read them. */
final class EvaluatedFields {
  private static final String FUNCTION = "${__";

  /** Functions that have the same value at each evaluation. */
  private static final String[] CONSTANT = {"P(", "property(", "env("};

  private static final String FILES = "HTTPsampler.Files";
  private static final String HEADER_VALUE = "Header.value";

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

  /**
   * Evaluates what an HTTP Request sends beside its URL, and leaves the values where they are.
   *
   * @param parameters whether they go into the body too: the URL has been evaluated
   */
  static void settleBody(HTTPSamplerBase sampler, boolean parameters) {
    if (parameters || sampler.getSendParameterValuesAsPostBody()) {
      settle(sampler.getProperty(HTTPSamplerBase.ARGUMENTS));
    }
    settle(sampler.getProperty(FILES));
    HeaderManager headers = sampler.getHeaderManager();
    for (int i = 0; headers != null && i < headers.size(); i++) {
      Header header = headers.get(i);
      if (header.getProperty(HEADER_VALUE) instanceof FunctionProperty) {
        // The header itself is the plan's: nobody would take the value back.
        Header settled = new Header(header.getName(), header.getValue());
        headers.getHeaders().set(i, new TestElementProperty(header.getName(), settled));
      }
    }
  }

  /** Whether there is a function in any of an element's fields that may have another value next. */
  static boolean vary(TestElement element) {
    for (PropertyIterator fields = element.propertyIterator(); fields.hasNext(); ) {
      if (varies(fields.next())) {
        return true;
      }
    }
    return false;
  }

  /** Whether a field may have another value at its next evaluation. */
  static boolean varies(JMeterProperty field) {
    Object value = field.getObjectValue();
    if (value instanceof TestElement) {
      return vary((TestElement) value);
    }
    if (field instanceof MultiProperty) {
      for (JMeterProperty part : (MultiProperty) field) {
        if (varies(part)) {
          return true;
        }
      }
      return false;
    }
    return field instanceof FunctionProperty && hasVaryingFunction(unevaluated(field));
  }

  /** Without a regular expression, which would cost a plan a microsecond a field and sample. */
  private static boolean hasVaryingFunction(String text) {
    for (int at = text.indexOf(FUNCTION); at >= 0; at = text.indexOf(FUNCTION, at + 1)) {
      if (!isConstant(text, at + FUNCTION.length())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isConstant(String text, int at) {
    for (String constant : CONSTANT) {
      if (text.startsWith(constant, at)) {
        return true;
      }
    }
    return false;
  }
}
