package io.tollgate.bench.hotpath;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Measures {@link ManyThreads}; then, by JMH, all reads on one and two threads, and JMeter's
 * elements on one. Each part writes its results when it is done, so an aborted run keeps them.
 *
 * <p>Short iterations and several JVMs: JVMs differ by how they compiled the code, iterations do
 * not.
 */
public final class HotPath {
  private static final String READS = ".*\\.(Floors|TollgateReads|PeerReads)\\..*";
  private static final String ELEMENTS = ".*\\.(FunctionReads|PreProcessing)\\..*";

  private static final int ROUNDS = 5;
  private static final int FORKS = 3;
  private static final int ITERATIONS = 4;

  /** Iterations of a read, which is compiled within milliseconds. */
  private static final int READ_MILLIS = 200;

  /** Iterations of an element: Groovy's and JMeter's code takes longer to compile. */
  private static final int ELEMENT_MILLIS = 500;

  private final Path raw;
  private final boolean quick;

  private HotPath(Path raw, boolean quick) {
    this.raw = raw;
    this.quick = quick;
  }

  /**
   * Runs all parts.
   *
   * @param args the directory for raw results; {@code quick} for less precision
   */
  public static void main(String[] args) throws Exception {
    Path raw = Files.createDirectories(Paths.get(args[0]));
    HotPath run = new HotPath(raw, args.length > 1 && args[1].equals("quick"));
    ManyThreads.run(raw, run.quick ? 1 : ROUNDS);
    run.measure("hot-path-1.json", READS, 1, READ_MILLIS);
    run.measure("hot-path-elements.json", ELEMENTS, 1, ELEMENT_MILLIS);
    run.measure("hot-path-2.json", READS, 2, READ_MILLIS);
  }

  private void measure(String file, String benchmarks, int threads, int warmUpMillis)
      throws RunnerException {
    new Runner(
            new OptionsBuilder()
                .include(benchmarks)
                .mode(Mode.Throughput)
                .timeUnit(TimeUnit.SECONDS)
                .threads(threads)
                .forks(quick ? 1 : FORKS)
                .warmupIterations(2)
                .warmupTime(TimeValue.milliseconds(quick ? READ_MILLIS / 2 : warmUpMillis))
                .measurementIterations(quick ? 2 : ITERATIONS)
                .measurementTime(TimeValue.milliseconds(quick ? READ_MILLIS / 2 : READ_MILLIS))
                .jvmArgsAppend("-Xms256m", "-Xmx256m")
                .addProfiler(GCProfiler.class)
                .resultFormat(ResultFormatType.JSON)
                .result(raw.resolve(file).toString())
                .shouldFailOnError(true)
                .build())
        .run();
  }
}
