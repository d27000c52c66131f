package io.tollgate.testing;

import eu.luminis.jmeter.wssampler.OpenWebSocketSampler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An API on the loopback that answers 401 to every WebSocket upgrade, and remembers the requests.
 */
public final class RefusedUpgrades implements AutoCloseable {
  private final List<List<String>> requests = new CopyOnWriteArrayList<>();
  private final ServerSocket socket;

  public RefusedUpgrades() throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::refuse, "api");
    thread.setDaemon(true);
    thread.start();
  }

  private void refuse() {
    try {
      while (true) {
        try (Socket client = socket.accept()) {
          requests.add(head(client));
          String answer = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
          client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        }
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private static List<String> head(Socket client) throws IOException {
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
    List<String> head = new ArrayList<>();
    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      head.add(line);
    }
    return head;
  }

  /** The target of each request so far, and of these headers, in this order, those that it has. */
  public List<String> requests(String... headers) {
    List<String> all = new ArrayList<>();
    for (List<String> head : requests) {
      StringBuilder one = new StringBuilder(head.get(0).split(" ")[1]);
      for (String header : headers) {
        head.stream()
            .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(header + ":"))
            .forEach(
                line ->
                    one.append(" | ")
                        .append(line.toLowerCase(Locale.ROOT), 0, header.length())
                        .append(line.substring(header.length())));
      }
      all.add(one.toString());
    }
    return all;
  }

  /** A sampler that opens a connection to this path. */
  public OpenWebSocketSampler sampler(String path) {
    OpenWebSocketSampler sampler = new OpenWebSocketSampler();
    sampler.setName("chat");
    sampler.setServer("127.0.0.1");
    sampler.setPort(String.valueOf(socket.getLocalPort()));
    sampler.setPath(path);
    sampler.setConnectTimeout("60000");
    sampler.setReadTimeout("60000");
    return sampler;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
