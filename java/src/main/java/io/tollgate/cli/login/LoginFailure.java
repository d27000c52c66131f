package io.tollgate.cli.login;

/** A login that did not succeed; the message says why and what to do. */
public final class LoginFailure extends Exception {
  private static final long serialVersionUID = 1L;

  LoginFailure(String message) {
    super(message);
  }
}
