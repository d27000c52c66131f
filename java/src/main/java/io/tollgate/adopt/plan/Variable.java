package io.tollgate.adopt.plan;

/** The name of a value that parts of a plan hand to each other: a variable or a property. */
public final class Variable implements Comparable<Variable> {
  private final boolean isProperty;
  private final String name;

  private Variable(boolean isProperty, String name) {
    this.isProperty = isProperty;
    this.name = name;
  }

  /**
   * A variable, which each thread has for itself.
   *
   * @param name as in {@code ${name}}
   * @return its name
   */
  public static Variable ofThread(String name) {
    return new Variable(false, name);
  }

  /**
   * A property, which all threads share.
   *
   * @param name as in {@code ${__P(name)}}
   * @return its name
   */
  public static Variable property(String name) {
    return new Variable(true, name);
  }

  /**
   * Whether all threads share it.
   *
   * @return true for a property
   */
  public boolean isProperty() {
    return isProperty;
  }

  /**
   * Its name.
   *
   * @return without <code>${}</code>
   */
  public String name() {
    return name;
  }

  @Override
  public int compareTo(Variable other) {
    int order = name.compareTo(other.name);
    return order != 0 ? order : Boolean.compare(isProperty, other.isProperty);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Variable && compareTo((Variable) other) == 0;
  }

  @Override
  public int hashCode() {
    return name.hashCode() + (isProperty ? 1 : 0);
  }

  @Override
  public String toString() {
    return isProperty ? "${__P(" + name + ")}" : "${" + name + "}";
  }
}
