package io.tollgate;

/**
 * The one exception Tollgate throws. Unchecked, so that a live header can throw it from inside a
 * sampler and the sampler can turn it into a failed sample. The message names profile, cause and
 * remedy and never holds a secret or a token.
 */
public final class TollgateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /**
   * Called by the native engine.
   *
   * @param code name of an {@link ErrorCode}; an unknown one becomes {@link ErrorCode#INTERNAL}
   * @param message what happened and what to do, without the code
   */
  public TollgateException(String code, String message) {
    this(ErrorCode.of(code), message, null);
  }

  /**
   * Builds an exception on the Java side.
   *
   * @param code the kind of failure
   * @param message what happened and what to do, without the code
   */
  public TollgateException(ErrorCode code, String message) {
    this(code, message, null);
  }

  /**
   * Builds an exception with a cause.
   *
   * @param code the kind of failure
   * @param message what happened and what to do, without the code
   * @param cause what was caught, or {@code null}
   */
  public TollgateException(ErrorCode code, String message, Throwable cause) {
    super(code + ": " + message, cause);
    this.code = code;
  }

  /**
   * Tells the kind of failure.
   *
   * @return never {@code null}
   */
  public ErrorCode getCode() {
    return code;
  }

  /**
   * The message without the leading code, for passing the failure on.
   *
   * @return the message as it was given to the constructor
   */
  public String getDetail() {
    return getMessage().substring(code.name().length() + 2);
  }
}
