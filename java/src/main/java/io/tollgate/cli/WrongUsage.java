package io.tollgate.cli;

/** The command line asks for something that can't be done; the message says what and how else. */
final class WrongUsage extends Exception {
  private static final long serialVersionUID = 1L;

  WrongUsage(String message) {
    super(message);
  }
}
