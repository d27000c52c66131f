package io.tollgate.cli;

import io.tollgate.Credential;
import io.tollgate.TollgateException;
import io.tollgate.text.JsonReader;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * One attempt to come by a token.
 *
 * <p>A test would wait for the attempts that follow a failure; a check wants the outcome of the
 * first. So the waiting is left to a thread, and this looks at the status meanwhile.
 */
final class Fetch {
  /** Often enough to seem immediate, seldom enough to cost nothing. */
  private static final long LOOK_MILLIS = 10;

  /** Of the answer. Never printed. */
  private String token = "";

  private String type = "";
  private TollgateException failure;
  private Map<String, Object> status;

  private Fetch() {}

  /** Asks once, and waits until that was answered or failed. */
  static Fetch of(Credential credential) throws InterruptedException {
    Fetch fetch = new Fetch();
    FutureTask<String> reading = new FutureTask<>(credential::authorization);
    Thread reader = new Thread(reading, "tollgate-check");
    reader.setDaemon(true);
    reader.start();
    do {
      fetch.status = status(credential);
      if (reading.isDone()) {
        fetch.read(reading);
        fetch.status = status(credential);
        break;
      }
      Thread.sleep(LOOK_MILLIS);
    } while (fetch.status.get("last_error") == null);
    return fetch;
  }

  private static Map<String, Object> status(Credential credential) {
    return JsonReader.object(JsonReader.parse(credential.status()));
  }

  private void read(FutureTask<String> reading) throws InterruptedException {
    try {
      String authorization = reading.get();
      int space = authorization.indexOf(' ');
      type = authorization.substring(0, space);
      token = authorization.substring(space + 1);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TollgateException)) {
        throw new IllegalStateException(e.getCause());
      }
      failure = (TollgateException) e.getCause();
    }
  }

  boolean succeeded() {
    return !token.isEmpty();
  }

  String token() {
    return token;
  }

  /** {@code Bearer} or {@code DPoP}. */
  String type() {
    return type;
  }

  /** What went wrong before there was anything to ask, {@code null} if it went wrong later. */
  TollgateException failure() {
    return failure;
  }

  Map<String, Object> status() {
    return status;
  }
}
