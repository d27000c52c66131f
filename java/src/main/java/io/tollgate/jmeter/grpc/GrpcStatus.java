package io.tollgate.jmeter.grpc;

/**
 * The status of a gRPC call. The gRPC Request sampler has one response code for all that fails and
 * puts number and name of the status into the message: {@code " 16 UNAUTHENTICATED"}.
 */
public final class GrpcStatus {
  private GrpcStatus() {}

  /**
   * Translates the ones that say something of a token or a limit.
   *
   * @param message of a result with response code 500 and no URL
   * @return as an HTTP API would have said it, else 500
   */
  public static int asHttp(String message) {
    switch (firstNumber(message)) {
      case 16: // UNAUTHENTICATED
        return 401;
      case 8: // RESOURCE_EXHAUSTED
        return 429;
      case 7: // PERMISSION_DENIED
        return 403;
      default:
        return 500;
    }
  }

  /** The number that the message begins with if a name in capitals follows, else -1. */
  private static int firstNumber(String message) {
    String[] words = message == null ? new String[0] : message.trim().split(" ", 2);
    boolean isStatus =
        words.length == 2 && words[0].matches("[0-9]{1,2}") && words[1].matches("[A-Z_]+");
    return isStatus ? Integer.parseInt(words[0]) : -1;
  }
}
