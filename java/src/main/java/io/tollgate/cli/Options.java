package io.tollgate.cli;

import java.util.Iterator;
import java.util.List;

/** The arguments of a command, one after the other. */
final class Options {
  private final Iterator<String> rest;

  Options(List<String> arguments) {
    this.rest = arguments.iterator();
  }

  boolean hasNext() {
    return rest.hasNext();
  }

  String next() {
    return rest.next();
  }

  /** What follows an option. */
  String value(String option) throws WrongUsage {
    if (!rest.hasNext()) {
      throw new WrongUsage(option + " wants a value");
    }
    return rest.next();
  }

  /** The number above zero that follows an option. */
  double positive(String option) throws WrongUsage {
    String text = value(option);
    try {
      double number = Double.parseDouble(text);
      if (number > 0 && number < 1e9) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below, with the numbers that are out of bounds.
    }
    throw new WrongUsage(option + " wants a number above 0, not '" + text + "'");
  }
}
