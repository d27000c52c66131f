package io.tollgate.bench.hotpath;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Measures all reads at 1, 2 and 64 threads, and leaves JMH's own JSON in {@code
 * hot-path-<threads>.json}; then Tollgate's with many more, see {@link ManyThreads}.
 *
 * <p>Throughput and not average time: where there are more threads than cores, the mean of the
 * threads' own averages counts a thread that was hardly scheduled as much as any other. The time of
 * one read follows from it, see the section that prints it.
 */
public final class HotPath {
  /** Alone, on each core of a small machine, and far more than there are cores. */
  private static final int[] THREADS = {1, 2, 64};

  private final Path raw;
  private final boolean quick;

  private HotPath(Path raw, boolean quick) {
    this.raw = raw;
    this.quick = quick;
  }

  /**
   * Runs all of it.
   *
   * @param args the directory for raw results; {@code quick} for a form that shows the order of
   *     things only
   */
  public static void main(String[] args) throws IOException, InterruptedException, RunnerException {
    Path raw = Files.createDirectories(Paths.get(args[0]));
    HotPath run = new HotPath(raw, args.length > 1 && args[1].equals("quick"));
    for (int threads : THREADS) {
      run.measure(threads, run.benchmarks(threads));
    }
    ManyThreads.run(raw, run.quick ? 3 : 9);
  }

  /** The quick form runs JMeter's elements on one thread only. */
  private String benchmarks(int threads) {
    return HotPath.class.getPackageName()
        + (quick && threads > 1 ? "\\..*Reads\\..*|.*Floors.*" : ".*");
  }

  /** Short iterations and several JVMs: what differs is how a JVM compiled, not the iterations. */
  private void measure(int threads, String benchmarks) throws RunnerException {
    // A thread's time begins when it is first scheduled: with many, that must be a small part of
    // it.
    boolean crowd = threads > Runtime.getRuntime().availableProcessors();
    TimeValue iteration = TimeValue.milliseconds(crowd ? 1000 : quick ? 100 : 300);
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(benchmarks)
            .mode(Mode.Throughput)
            .timeUnit(TimeUnit.SECONDS)
            .threads(threads)
            .forks(quick ? 1 : 3)
            .warmupIterations(crowd ? 1 : 2)
            .warmupTime(iteration)
            .measurementIterations(crowd || quick ? 2 : 4)
            .measurementTime(iteration)
            .jvmArgsAppend("-Xms256m", "-Xmx256m")
            .addProfiler(GCProfiler.class)
            .resultFormat(ResultFormatType.JSON)
            .result(raw.resolve("hot-path-" + threads + ".json").toString())
            .shouldFailOnError(true);
    new Runner(options.build()).run();
  }
}
