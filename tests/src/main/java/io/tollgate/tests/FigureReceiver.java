package io.tollgate.tests;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What InfluxDB and Graphite are to JMeter: it takes lines, by HTTP and by TCP, and keeps them all.
 */
final class FigureReceiver implements AutoCloseable {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer influx;
  private final ServerSocket graphite;
  private final List<String> influxLines = new ArrayList<>();
  private final List<String> graphiteLines = new ArrayList<>();

  private FigureReceiver(HttpServer influx, ServerSocket graphite) {
    this.influx = influx;
    this.graphite = graphite;
  }

  static FigureReceiver start() {
    try {
      InetAddress here = InetAddress.getLoopbackAddress();
      FigureReceiver receiver =
          new FigureReceiver(
              HttpServer.create(new InetSocketAddress(here, 0), 0), new ServerSocket(0, 50, here));
      receiver.influx.createContext(
          "/write",
          exchange -> {
            receiver.take(receiver.influxLines, exchange.getRequestBody());
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
          });
      receiver.influx.start();
      receiver.threads.execute(receiver::accept);
      return receiver;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String influxUrl() {
    return "http://127.0.0.1:" + influx.getAddress().getPort() + "/write?db=jmeter";
  }

  int graphitePort() {
    return graphite.getLocalPort();
  }

  /** The lines of InfluxDB's protocol so far, in order. */
  List<String> influxLines() {
    synchronized (influxLines) {
      return List.copyOf(influxLines);
    }
  }

  /** The lines of Graphite's protocol so far, in order. */
  List<String> graphiteLines() {
    synchronized (graphiteLines) {
      return List.copyOf(graphiteLines);
    }
  }

  private void accept() {
    while (!graphite.isClosed()) {
      try {
        Socket socket = graphite.accept();
        threads.execute(() -> read(socket));
      } catch (IOException e) {
        if (!graphite.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void read(Socket socket) {
    try (socket) {
      take(graphiteLines, socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void take(List<String> lines, InputStream in) throws IOException {
    BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      synchronized (lines) {
        lines.add(line);
      }
    }
  }

  @Override
  public void close() {
    influx.stop(0);
    try {
      graphite.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      threads.shutdownNow();
    }
  }
}
