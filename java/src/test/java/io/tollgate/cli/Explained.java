package io.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What {@code explain} says of a file, and with which exit code it ends. */
final class Explained {
  /** What JMeter writes as the first line unless a property says otherwise. */
  static final String HEADER =
      "timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,"
          + "failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect\n";

  /** When the runs of tests begin: 2026-02-02 02:40:00 UTC. */
  static final long T0 = 1_770_000_000_000L;

  final String out;
  final String err;
  final int exit;

  private Explained(int exit, String out, String err) {
    this.exit = exit;
    this.out = out;
    this.err = err;
  }

  static Explained files(List<Path> files, String... options) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<String> arguments = new ArrayList<>();
    arguments.add("explain");
    files.forEach(file -> arguments.add(file.toString()));
    arguments.addAll(Arrays.asList(options));
    int exit =
        new Main(new PrintStream(out, true, "UTF-8"), new PrintStream(err, true, "UTF-8"))
            .run(arguments);
    return new Explained(exit, out.toString("UTF-8"), err.toString("UTF-8"));
  }

  static Explained file(Path file, String... options) throws IOException {
    return files(Arrays.asList(file), options);
  }

  static Explained text(Path directory, String text, String... options) throws IOException {
    return file(
        Files.write(directory.resolve("r.jtl"), text.getBytes(StandardCharsets.UTF_8)), options);
  }

  /** A line as JMeter writes it by default. */
  static String line(long at, int elapsed, String label, String code, String thread, String url) {
    boolean good = code.startsWith("2");
    String message = good ? "OK" : code.equals("401") ? "Unauthorized" : "said";
    return (T0 + at)
        + ","
        + elapsed
        + ","
        + label
        + ","
        + code
        + ","
        + message
        + ","
        + thread
        + ",text,"
        + good
        + ",,300,200,9,9,"
        + url
        + ","
        + elapsed
        + ",0,1\n";
  }

  static String line(long at, String label, int code, int thread) {
    return line(
        at, 10, label, String.valueOf(code), "users 1-" + thread, "https://api.example.com/x");
  }

  static String lines(int count, IntFunction<String> line) {
    return IntStream.range(0, count).mapToObj(line).collect(Collectors.joining());
  }

  /** Lines in the order of their ends, as a run writes them. */
  static String byEnd(String lines) {
    return Arrays.stream(lines.split("\n"))
        .sorted((a, b) -> Long.compare(end(a), end(b)))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static long end(String line) {
    String[] cells = line.split(",");
    return Long.parseLong(cells[0]) + Long.parseLong(cells[1]);
  }

  Explained exits(int code) {
    assertEquals(code, exit, this::toString);
    return this;
  }

  Explained says(String... texts) {
    for (String text : texts) {
      assertTrue(out.contains(text), () -> "not said: " + text + "\n" + this);
    }
    return this;
  }

  Explained saysNot(String... texts) {
    for (String text : texts) {
      assertFalse(out.contains(text), () -> "said: " + text + "\n" + this);
    }
    return this;
  }

  Explained complains(String text) {
    assertTrue(err.contains(text), () -> "not in the errors: " + text + "\n" + this);
    return this;
  }

  @Override
  public String toString() {
    return "exit " + exit + "\n" + out + err;
  }
}
