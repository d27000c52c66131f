package io.tollgate.bench.results;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Writes a result file of a given size: 500 threads, 40 labels, an id in each URL. */
public final class ResultFile {
  private ResultFile() {}

  /**
   * Writes it, the same each time.
   *
   * @param arguments the file and its size in MB
   * @throws IOException if it can't be written
   */
  public static void main(String[] arguments) throws IOException {
    long left = Long.parseLong(arguments[1]) << 20;
    Random random = new Random(1);
    long time = 1_770_000_000_000L;
    try (OutputStream file = Files.newOutputStream(Path.of(arguments[0]));
        PrintStream out = new PrintStream(new BufferedOutputStream(file, 1 << 16))) {
      out.print(
          "timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,"
              + "failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,"
              + "Connect\n");
      while (left > 0) {
        time += random.nextInt(3);
        String line = line(random, time);
        out.print(line);
        left -= line.length();
      }
    }
  }

  private static String line(Random random, long time) {
    boolean good = random.nextInt(200) > 0;
    int elapsed = 20 + random.nextInt(400);
    int resource = random.nextInt(40);
    return time
        + ","
        + elapsed
        + ",GET /api/v2/resource-"
        + resource
        + (good ? ",200,OK" : ",503,Service Unavailable")
        + ",Users 1-"
        + (random.nextInt(500) + 1)
        + ",text,"
        + good
        + ",,"
        + (500 + random.nextInt(5_000))
        + ",231,500,500,https://api.example.com/api/v2/resource-"
        + resource
        + "/"
        + random.nextInt(100_000)
        + ","
        + (elapsed - 5)
        + ",0,0\n";
  }
}
