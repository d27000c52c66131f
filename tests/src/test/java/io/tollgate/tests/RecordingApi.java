package io.tollgate.tests;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** An API that keeps every byte it is sent, of one connection after the other. */
final class RecordingApi implements AutoCloseable {
  private static final byte[] END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket server;
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();

  RecordingApi() {
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread thread = new Thread(this::serve, "api");
    thread.setDaemon(true);
    thread.start();
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        InputStream in = socket.getInputStream();
        int matched = 0;
        for (int b = in.read(); b >= 0; b = in.read()) {
          synchronized (received) {
            received.write(b);
          }
          matched = b == END[matched] ? matched + 1 : b == END[0] ? 1 : 0;
          if (matched == END.length) {
            socket.getOutputStream().write(ANSWER);
            matched = 0;
          }
        }
      } catch (IOException e) {
        // The client has gone, or the test is over.
      }
    }
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/v2");
  }

  /** All requests so far. */
  String received() {
    synchronized (received) {
      return received.toString(StandardCharsets.ISO_8859_1);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
