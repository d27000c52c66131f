package io.tollgate.adopt.xml;

/** A file is not a plan of JMeter that can be read; the message says where and why. */
public final class NotAPlan extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what is wrong, with the line where that is known
   */
  public NotAPlan(String message) {
    super(message);
  }
}
