package io.tollgate.tests.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A port on loopback that nobody else is given, while a server listens on it and while none does: a
 * socket is bound to it that neither listens nor connects, and the server's own may be bound
 * beside.
 */
final class ReservedPort implements AutoCloseable {
  private final Socket socket = new Socket();

  ReservedPort() throws IOException {
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
  }

  int number() {
    return socket.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
