package io.tollgate.tests.chaos;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A server as its clients see it: one port on loopback that stays the same, and disturbed
 * exchanges.
 *
 * <p>It reads whole HTTP messages, so that it can tell exactly which requests the server got and
 * which answers the client got. While the server is down the port is closed; before that, no
 * request is at the server any more, so what the server counted is what the proxy counted.
 */
final class FaultProxy implements AutoCloseable {
  /** What is to happen to the next exchange. */
  interface Faults {
    Optional<Fault> next(Random random, Route route);
  }

  private static final int BACKLOG = 50;

  private final Ledger ledger;
  private final Faults faults;
  private final Random random;
  private final ReservedPort port = new ReservedPort();
  private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();

  private ServerSocket listener;
  private Thread accepting;
  private volatile InetSocketAddress server;
  private volatile boolean down = true;
  private int atServer;

  FaultProxy(Ledger ledger, Faults faults, long seed) throws IOException {
    this.ledger = ledger;
    this.faults = faults;
    this.random = new Random(seed);
  }

  int port() {
    return port.number();
  }

  Ledger ledger() {
    return ledger;
  }

  InetSocketAddress server() {
    return server;
  }

  /** The server listens there: opens the port. */
  synchronized void open(InetSocketAddress at) throws IOException {
    server = at;
    down = false;
    ServerSocket opened = new ServerSocket();
    opened.setReuseAddress(true);
    opened.bind(port.address(), BACKLOG);
    listener = opened;
    accepting = start("accepts " + port(), () -> accept(opened));
  }

  /**
   * The server is about to end: closes the port, cuts what comes on open connections, and waits
   * until no request is at the server.
   */
  synchronized void shut(Duration limit) throws IOException, InterruptedException {
    down = true;
    listener.close();
    accepting.join(); // until it has left the socket, the port is taken
    long deadline = System.nanoTime() + limit.toNanos();
    while (atServer > 0) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new IllegalStateException(atServer + " requests got no answer from " + server);
      }
      wait(Math.max(1, left / 1_000_000));
    }
    connections.forEach(ProxiedConnection::endWhenIdle);
  }

  /** Whether the server can be sent a request; if so, {@link #left} has to follow. */
  synchronized boolean enter() {
    if (down) {
      return false;
    }
    atServer++;
    return true;
  }

  /** The server has answered, or will not. */
  synchronized void left() {
    atServer--;
    notifyAll();
  }

  /** What the next exchange meets. */
  Optional<Fault> next(Route route) {
    synchronized (random) {
      return faults.next(random, route);
    }
  }

  /** A number from 0 on and below the bound. */
  int draw(int bound) {
    synchronized (random) {
      return random.nextInt(bound);
    }
  }

  void ended(ProxiedConnection connection) {
    connections.remove(connection);
  }

  private void accept(ServerSocket from) {
    while (!from.isClosed()) {
      try {
        Socket client = from.accept();
        client.setTcpNoDelay(true);
        ProxiedConnection connection = new ProxiedConnection(this, client);
        connections.add(connection);
        start("exchanges " + port(), connection);
      } catch (IOException e) {
        if (!from.isClosed()) {
          ledger.broke("the proxy could not accept: " + e);
          return;
        }
      }
    }
  }

  private static Thread start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Override
  public synchronized void close() throws IOException {
    down = true;
    if (listener != null) {
      listener.close();
    }
    connections.forEach(ProxiedConnection::abort);
    port.close();
  }
}
