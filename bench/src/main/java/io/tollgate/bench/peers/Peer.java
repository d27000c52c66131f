package io.tollgate.bench.peers;

/**
 * One way for a thread to get the value of its {@code Authorization} header. Each library is used
 * as its documentation says.
 *
 * <p>Safe from any thread.
 */
public interface Peer extends AutoCloseable {
  /** Its name in tables. */
  String name();

  /**
   * Reads the header value; some peers fetch a token first.
   *
   * @return {@code Bearer …}
   * @throws Exception that of the library if there is no token
   */
  String authorization() throws Exception;

  /**
   * The API answered 401 to this value. Peers without such a report do nothing.
   *
   * @param authorization a value of {@link #authorization}
   */
  default void rejected(String authorization) {}

  /**
   * The API accepted this value. Peers without such a report do nothing.
   *
   * @param authorization a value of {@link #authorization}
   */
  default void accepted(String authorization) {}

  @Override
  default void close() {}
}
