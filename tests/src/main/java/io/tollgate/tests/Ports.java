package io.tollgate.tests;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free ports of the loopback for processes that have yet to start. They lie below the range from
 * which Linux gives a port to a socket that names none, so no such socket takes one before the
 * process listens.
 */
final class Ports {
  private static final int FIRST = 10_000;
  private static final int LAST = 30_000;
  private static final int TRIES = 100;

  private interface Opening {
    Closeable at(InetSocketAddress address) throws IOException;
  }

  private Ports() {}

  static int tcp() throws IOException {
    return free(address -> new ServerSocket(address.getPort(), 1, address.getAddress()));
  }

  static int udp() throws IOException {
    return free(DatagramSocket::new);
  }

  private static int free(Opening opening) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
      try {
        opening.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).close();
        return port;
      } catch (BindException taken) {
        // The next may be free.
      }
    }
    throw new BindException("no free port from " + FIRST + " to " + LAST);
  }
}
