package io.tollgate.cli;

import io.tollgate.Credential;
import io.tollgate.TollgateException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Threads that call the API as a plan with Tollgate's elements does: pause, token, report. */
final class DryRunLoad {
  private static final int TIMEOUT_MILLIS = 10_000;

  /** So that a fast API is not called as fast as this machine can. */
  private static final long THINK_MILLIS = 100;

  private final Credential credential;
  private final URL api;
  private final AtomicLong samples = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong longestNanos = new AtomicLong();
  private volatile long end;

  DryRunLoad(Credential credential, URL api) {
    this.credential = credential;
    this.api = api;
  }

  void run(int threads, int seconds) throws InterruptedException {
    end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread thread = new Thread(this::loop, "dry-run-" + i);
      thread.setDaemon(true);
      all.add(thread);
      thread.start();
    }
    long grace = TimeUnit.SECONDS.toMillis(seconds) + TIMEOUT_MILLIS;
    long last = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(grace);
    for (Thread thread : all) {
      thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(last - System.nanoTime())));
    }
    all.forEach(Thread::interrupt); // those that wait for a token longer than that
  }

  private void loop() {
    try {
      while (System.nanoTime() - end < 0) {
        long start = System.nanoTime();
        sample();
        long took = System.nanoTime() - start;
        longestNanos.accumulateAndGet(took, Math::max);
        TimeUnit.MILLISECONDS.sleep(THINK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sample() {
    credential.pause();
    boolean good = false;
    try {
      String authorization = credential.authorization();
      HttpURLConnection connection = (HttpURLConnection) api.openConnection();
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      connection.setRequestProperty("Authorization", authorization);
      int status = connection.getResponseCode();
      drain(connection);
      credential.report(status, connection.getHeaderFields(), authorization);
      good = status < 400;
    } catch (TollgateException | IOException e) {
      // Counted below: the table tells how many, and the engine's log why.
    }
    samples.incrementAndGet();
    if (!good) {
      failed.incrementAndGet();
    }
  }

  /** To the end, so that the connection can be used again. */
  private static void drain(HttpURLConnection connection) throws IOException {
    InputStream body = connection.getErrorStream();
    try (InputStream in = body == null ? connection.getInputStream() : body) {
      text(in);
    }
  }

  static String text(InputStream in) throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    byte[] some = new byte[4096];
    for (int n = in.read(some); n >= 0; n = in.read(some)) {
      read.write(some, 0, n);
    }
    return new String(read.toByteArray(), StandardCharsets.UTF_8);
  }

  long samples() {
    return samples.get();
  }

  long failed() {
    return failed.get();
  }

  /** The longest that a thread was kept, pauses and waits for a token included. */
  double longestMillis() {
    return longestNanos.get() / 1e6;
  }
}
