package io.tollgate.tests.chaos;

import java.io.IOException;
import java.net.InetSocketAddress;

/** A server that can be restarted, and that counts by itself. */
interface ChaosServer extends AutoCloseable {
  /**
   * What it counted since the very first start.
   *
   * @param tokenRequests of all clients, whatever became of them
   * @param minted tokens
   * @param apiRequests with and without a good token
   * @param reused refresh tokens that came again
   */
  record Counts(long tokenRequests, long minted, long apiRequests, long reused) {
    Counts plus(Counts more) {
      return new Counts(
          tokenRequests + more.tokenRequests,
          minted + more.minted,
          apiRequests + more.apiRequests,
          reused + more.reused);
    }
  }

  /** Starts it, or starts it again, and returns when it answers. */
  InetSocketAddress start() throws IOException;

  /** Ends it, at a time at which it has no request. */
  void stop() throws IOException;

  /** Gives one client another secret from now on. */
  void rotate(String client, String secret) throws IOException;

  Counts counts() throws IOException;

  /** The path of the token endpoint. */
  String tokenPath();

  /** The path of something that wants a token. */
  String apiPath();

  @Override
  void close() throws IOException;
}
