package io.tollgate.tests.chaos;

import io.tollgate.tests.chaos.Ledger.Count;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** One connection of a client: one exchange after the other. */
final class ProxiedConnection implements Runnable {
  /** The header in which a sample says which it is. */
  static final String SAMPLE = "X-Sample";

  /** How long a server may take, whatever the client does. */
  private static final Duration SERVER_LIMIT = Duration.ofSeconds(60);

  private final FaultProxy proxy;
  private final Socket client;
  private volatile boolean ending;

  ProxiedConnection(FaultProxy proxy, Socket client) {
    this.proxy = proxy;
    this.client = client;
  }

  @Override
  public void run() {
    try {
      InputStream requests = new BufferedInputStream(client.getInputStream());
      boolean goesOn = true;
      while (goesOn) {
        HttpMessage request = HttpMessage.read(requests);
        goesOn = request != null && exchange(request);
      }
    } catch (IOException clientLeft) {
      // What was read in whole is in the ledger; of the rest nobody counts anything.
    } catch (RuntimeException e) {
      proxy.ledger().broke(e.toString());
    } finally {
      abort();
      proxy.ended(this);
    }
  }

  /** Nothing more is answered, but a request that is on its way is read. */
  void endWhenIdle() {
    ending = true;
    try {
      client.shutdownOutput();
    } catch (IOException alreadyClosed) {
      abort();
    }
  }

  void abort() {
    try {
      client.close();
    } catch (IOException closedAnyway) {
      // There is nothing to be saved of it.
    }
  }

  /** Whether the connection goes on. */
  private boolean exchange(HttpMessage request) throws IOException {
    Route route = Route.of(request.path());
    String sample = request.header(SAMPLE).orElse(null);
    long from = System.currentTimeMillis();
    proxy.ledger().count(route, Count.RECEIVED);
    Fault fault = proxy.next(route).filter(one -> applies(one, request)).orElse(null);
    if (fault != null && !fault.reachesServer()) {
      disturbed(route, fault, sample, from);
      return end(fault == Fault.RESET_REQUEST);
    }
    if (ending || !proxy.enter()) {
      disturbed(route, Fault.CUT_REQUEST, sample, from);
      return false;
    }
    HttpMessage answer;
    try {
      answer =
          answerTo(
              fault == Fault.CHANGE_AUTHORIZATION ? request.withChangedAuthorization() : request);
    } finally {
      proxy.left();
    }
    proxy.ledger().count(route, Count.ANSWERED);
    if (answer.status() == 200) {
      proxy.ledger().count(route, Count.GRANTED);
    }
    if (fault == null) {
      return deliver(route, answer, from);
    }
    try {
      return disturb(route, fault, answer, from);
    } finally {
      disturbed(route, fault, sample, from);
    }
  }

  private static boolean applies(Fault fault, HttpMessage request) {
    return fault != Fault.CHANGE_AUTHORIZATION || request.header("authorization").isPresent();
  }

  private void disturbed(Route route, Fault fault, String sample, long from) {
    proxy.ledger().disturbed(route, fault, sample, from, System.currentTimeMillis());
  }

  /** A connection for each request: none that the server closes meanwhile can be in the way. */
  private HttpMessage answerTo(HttpMessage request) {
    InetSocketAddress at = proxy.server();
    try (Socket server = new Socket(at.getAddress(), at.getPort())) {
      server.setSoTimeout((int) SERVER_LIMIT.toMillis());
      server.getOutputStream().write(request.bytes());
      HttpMessage answer = HttpMessage.read(new BufferedInputStream(server.getInputStream()));
      if (answer == null) {
        throw new EOFException("no answer");
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException("the server behind the proxy failed", e);
    }
  }

  private boolean disturb(Route route, Fault fault, HttpMessage answer, long from)
      throws IOException {
    switch (fault) {
      case CUT_ANSWER:
      case RESET_ANSWER:
        client.getOutputStream().write(answer.start(1 + proxy.draw(answer.bytes().length - 1)));
        return end(fault == Fault.RESET_ANSWER);
      case WITHHOLD:
        return waitUntilTheClientLeaves();
      case DELAY:
        pause(Duration.ofMillis(1 + proxy.draw((int) Pace.LONGEST_DELAY.toMillis())));
        return deliver(route, answer, from);
      case GARBLE_HEAD:
        client.getOutputStream().write(answer.withGarbledHead(proxy.draw(8)).bytes());
        return end(false);
      case GARBLE_BODY:
        client.getOutputStream().write(answer.withGarbledBody().bytes());
        // The answer is whole, so a client keeps the connection; a request that it sends while this
        // side closes would be lost uncounted.
        return true;
      case CHANGE_TOKEN:
        return deliver(route, answer.hasToken() ? answer.withChangedToken() : answer, from);
      case CHANGE_AUTHORIZATION:
        return deliver(route, answer, from);
      default:
        throw new IllegalStateException(fault + " reaches no server");
    }
  }

  private boolean deliver(Route route, HttpMessage answer, long from) throws IOException {
    client.getOutputStream().write(answer.bytes());
    if (answer.status() == 200) {
      proxy.ledger().count(route, Count.DELIVERED);
      long most = Pace.REQUEST_TIMEOUT.toMillis() / 2;
      if (System.currentTimeMillis() - from > most) {
        proxy.ledger().count(route, Count.DOUBTFUL);
      }
    }
    return true;
  }

  private boolean waitUntilTheClientLeaves() throws IOException {
    client.setSoTimeout((int) Pace.REQUEST_TIMEOUT.multipliedBy(2).toMillis());
    try {
      if (client.getInputStream().read() >= 0) {
        throw new IllegalStateException("a client sent more before it was answered");
      }
    } catch (SocketTimeoutException stayed) {
      throw new IllegalStateException("a client waits longer than it is to", stayed);
    }
    return false;
  }

  private boolean end(boolean byReset) throws IOException {
    if (byReset) {
      client.setSoLinger(true, 0);
    }
    return false;
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
