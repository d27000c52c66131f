package io.tollgate;

/**
 * The one exception Tollgate throws. Unchecked, so that a live header can throw it from inside a
 * sampler and the sampler can turn it into a failed sample. The message names profile, cause and
 * remedy and never holds a secret or a token.
 */
public final class TollgateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /** A line that is the same for equal failures; then, perhaps, one with times and numbers. */
  private final String lines;

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
    super(code + ": " + message.replace('\n', ' '), cause, true, isFault(code));
    this.code = code;
    this.lines = message;
  }

  /** An answer needs no stack: where it was met says nothing of it, and there may be thousands. */
  private static boolean isFault(ErrorCode code) {
    return code == ErrorCode.INTERNAL || code == ErrorCode.NATIVE_UNAVAILABLE;
  }

  /**
   * The same failure, for another thread to meet.
   *
   * @return to be thrown
   */
  public TollgateException again() {
    return new TollgateException(code, lines, getCause());
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
   * The message without the leading code.
   *
   * @return one line
   */
  public String getDetail() {
    return lines.replace('\n', ' ');
  }

  /**
   * The part of the message that is the same for equal failures, without times and numbers that
   * differ from one to the next: for what counts or groups failures.
   *
   * @return one line, without the code
   */
  public String getSummary() {
    int end = lines.indexOf('\n');
    return end < 0 ? lines : lines.substring(0, end);
  }

  /**
   * The message as it was given to the constructor, for passing the failure on.
   *
   * @return without the code; a line for {@link #getSummary}, and perhaps one for the rest
   */
  public String getLines() {
    return lines;
  }
}
