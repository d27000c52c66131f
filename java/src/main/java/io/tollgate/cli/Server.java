package io.tollgate.cli;

import io.tollgate.TollgateException;
import io.tollgate.engine.BundledServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;

/**
 * The server that misbehaves on command, out of the jar.
 *
 * <p>Invariant: it does not outlive this JVM, however that ends. It watches its standard input,
 * whose other end is held here and closes with the process, also after a kill.
 */
final class Server {
  private static final String WITH_STDIN = "--exit-with-stdin";

  private final PrintStream err;

  Server(PrintStream err) {
    this.err = err;
  }

  int run(List<String> flags) {
    try (BundledServer server = BundledServer.start(flags, WITH_STDIN)) {
      if (flags.contains(WITH_STDIN)) {
        Thread relay = new Thread(() -> closeAtTheEndOf(System.in, server), "tollgate-stdin");
        relay.setDaemon(true);
        relay.start();
      }
      return server.await();
    } catch (TollgateException e) {
      err.println("tollgate: " + e.getDetail());
      return Exit.UNABLE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Exit.UNABLE;
    }
  }

  private static void closeAtTheEndOf(InputStream in, BundledServer server) {
    byte[] ignored = new byte[4096];
    try {
      while (in.read(ignored) >= 0) {
        // Input is ignored; only its end matters.
      }
    } catch (IOException e) {
      // An input that can't be read has ended.
    }
    server.end();
  }
}
