package io.tollgate.bench.peers;

/**
 * One way for a thread to come by the value of its {@code Authorization} header. Each is used as
 * its documentation says and no worse: a comparison with a straw man says nothing.
 *
 * <p>Safe from any thread.
 */
public interface Peer extends AutoCloseable {
  /** How tables name it. */
  String name();

  /**
   * Reads the header value, fetching a token first where this way of doing it does so.
   *
   * @return {@code Bearer …}
   * @throws Exception whatever the way throws if no token is to be had
   */
  String authorization() throws Exception;

  /**
   * The API answered 401 to this value. Ways that cannot be told do nothing.
   *
   * @param authorization as {@link #authorization} gave it
   */
  default void rejected(String authorization) {}

  /**
   * The API took this value. Ways that cannot be told do nothing.
   *
   * @param authorization as {@link #authorization} gave it
   */
  default void accepted(String authorization) {}

  @Override
  default void close() {}
}
