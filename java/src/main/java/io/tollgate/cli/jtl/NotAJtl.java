package io.tollgate.cli.jtl;

/** The file is not a result file of JMeter; the message says why. */
public final class NotAJtl extends Exception {
  private static final long serialVersionUID = 1L;

  NotAJtl(String message) {
    super(message);
  }
}
