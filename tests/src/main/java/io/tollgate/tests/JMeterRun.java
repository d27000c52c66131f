package io.tollgate.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * One headless run of a plan by a real JMeter, in a JVM and a working directory of its own.
 *
 * <p>Settings go by a properties file, never by {@code -J}: JMeter writes those to its log, secrets
 * and all.
 */
public final class JMeterRun implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  /** Runs go side by side, and none may write into the files of another. */
  private static final Map<Path, Process> RUNNING = new ConcurrentHashMap<>();

  private final Process process;
  private final Path directory;
  private final int port;
  private final long startedNanos;

  private JMeterRun(Process process, Path directory, int port, long startedNanos) {
    this.process = process;
    this.directory = directory;
    this.port = port;
    this.startedNanos = startedNanos;
  }

  /** Prepares a run of {@code tests/plans/<plan>}; {@code name} is its directory's. */
  public static Builder of(String name, String plan) {
    return new Builder(Layout.build().resolve("system").resolve(name), Layout.plan(plan));
  }

  /** Prepares a run whose files go to the given directory. */
  public static Builder in(Path directory, String plan) {
    return in(directory, Layout.plan(plan));
  }

  /** Prepares a run of any plan, whose files go to the given directory. */
  public static Builder in(Path directory, Path plan) {
    return new Builder(directory, plan);
  }

  /** Blocks until JMeter starts its threads. */
  public JMeterRun awaitStart() {
    Await.until(
        "JMeter to start the test; see " + directory,
        START_LIMIT,
        () -> !process.isAlive() || console().contains("Starting standalone test"));
    return this;
  }

  /** Asks JMeter to stop at once, interrupting its threads. */
  public void stopTestNow() {
    send("StopTestNow");
  }

  /** Asks JMeter to end each thread after its current sample; interrupts nothing. */
  public void shutdown() {
    send("Shutdown");
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  /** JMeter's working directory. */
  public Path directory() {
    return directory;
  }

  /** What JMeter wrote to the terminal so far. */
  public String console() {
    return read(directory.resolve("console.txt"));
  }

  /** What JMeter wrote to jmeter.log so far. */
  public String log() {
    return read(directory.resolve("jmeter.log"));
  }

  /** Good samples in the results so far; JMeter must have been told to flush them. */
  public long goodSamples() {
    return Results.read(directory.resolve("results.jtl")).good();
  }

  /**
   * Blocks until JMeter has ended by itself.
   *
   * @param limit to which the time is added in which ready threads waited for a processor
   * @throws AssertionError when it has not within the limit; the process is killed then
   */
  public FinishedRun finish(Duration limit) {
    long from = System.nanoTime();
    CpuWait cpuWait = CpuWait.start();
    try {
      while (!process.waitFor(20, TimeUnit.MILLISECONDS)) {
        if (System.nanoTime() - from > cpuWait.extended(limit).toNanos()) {
          close();
          throw new AssertionError(
              "JMeter did not end within " + limit.toMillis() + " ms; see " + directory);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while JMeter was running", e);
    }
    long now = System.nanoTime();
    return new FinishedRun(
        directory,
        process.exitValue(),
        Duration.ofNanos(now - startedNanos),
        Duration.ofNanos(now - from));
  }

  private void send(String command) {
    Await.until(
        "JMeter to listen for commands",
        START_LIMIT,
        () -> !process.isAlive() || console().contains("message on port " + port));
    byte[] bytes = command.getBytes(StandardCharsets.US_ASCII);
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills JMeter if it still runs. */
  @Override
  public void close() {
    Await.killed(process);
  }

  static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a run is given. */
  public static final class Builder {
    private final Path directory;
    private Path plan;
    private final Properties properties = new Properties();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final JMeterCommand command = new JMeterCommand();
    private boolean recordsReadTimes;

    private Builder(Path directory, Path plan) {
      this.directory = directory;
      this.plan = plan;
    }

    /** Sets a JMeter property. */
    public Builder set(String property, Object value) {
      properties.setProperty(property, value.toString());
      return this;
    }

    /** Sets all JMeter properties of a file. */
    public Builder load(Path file) {
      try (var in = Files.newBufferedReader(file)) {
        properties.load(in);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return this;
    }

    /** Sets a variable of JMeter's environment. */
    public Builder environment(String name, String value) {
      environment.put(name, value);
      return this;
    }

    /** Adds other plugins, by the beginnings of the names of their jars. */
    public Builder plugins(String... names) {
      return set(
          "search_paths",
          Arrays.stream(names)
              .map(name -> Layout.plugin(name).toString())
              .collect(Collectors.joining(";")));
    }

    /** Has JMeter log a category at a level. */
    public Builder logLevel(String category, String level) {
      command.logLevel(category, level);
      return this;
    }

    /** Adds an option of JMeter's JVM. */
    public Builder jvm(String option) {
      command.jvm(option);
      return this;
    }

    /**
     * The two Groovy files around each request: {@code <before>.groovy}, {@code <after>.groovy}.
     */
    public Builder scripts(String before, String after) {
      set("before", Layout.plan(before + ".groovy"));
      return set("after", Layout.plan(after + ".groovy"));
    }

    /** Uses Tollgate as its README says. */
    public Builder tollgate() {
      return scripts("tollgate-before", "tollgate-after");
    }

    /** Calls this API. */
    public Builder api(URI url) {
      set("api.host", url.getHost());
      set("api.port", url.getPort());
      return set("api.path", url.getPath());
    }

    /** The profile {@code demo}, and the same facts for scripts that fetch by themselves. */
    public Builder client(URI tokenUrl, String id, String secret) {
      profile("demo", "token_url", tokenUrl);
      // Whatever other profiles a properties file has, their server is the same.
      properties.stringPropertyNames().stream()
          .filter(name -> name.matches("tollgate\\.profile\\.[^.]+\\.token_url"))
          .forEach(name -> set(name, tokenUrl));
      profile("demo", "client_id", id);
      profile("demo", "client_secret", secret);
      set("token_url", tokenUrl);
      set("client_id", id);
      return set("client_secret", secret);
    }

    /** Talks to this server, as its client. */
    public Builder against(AuthServer server) {
      return api(server.apiUrl())
          .client(server.tokenUrl(), AuthServer.CLIENT_ID, AuthServer.CLIENT_SECRET);
    }

    /** Sets one setting of a Tollgate profile. */
    public Builder profile(String name, String key, Object value) {
      return set("tollgate.profile." + name + "." + key, value);
    }

    /**
     * Has each HTTP request say when its headers were read. Between that and its arrival lies what
     * delays a busy JVM: class loading, garbage collection, other threads. The server, told by
     * {@link AuthServer#READ_AT}, judges a 401 by when the token was read.
     */
    public Builder recordsReadTimes() {
      recordsReadTimes = true;
      return this;
    }

    /** Has JMeter write each sample to the results at once, for {@link JMeterRun#goodSamples}. */
    public Builder flushesResults() {
      return set("jmeter.save.saveservice.autoflush", "true");
    }

    /** Makes the HTML report at the end, in {@code report/}. */
    public Builder report() {
      command.report();
      return this;
    }

    /** Lets an engine elsewhere run the plan; its properties are those given so far. */
    public RemoteEngine remotely() {
      RemoteEngine engine = RemoteEngine.start(directory.getFileName() + "-engine", properties);
      on(engine);
      return engine;
    }

    /** Runs the plan so often in one JVM, by JMeter's engine inside another program. */
    public Builder embedded(int runs) {
      return embedded("embedded.groovy", Integer.toString(runs));
    }

    /**
     * Lets a script of {@code tests/plans} run the plan, inside another program than JMeter.
     *
     * @param more of its arguments, after the JMeter home and the plan
     */
    public Builder embedded(String script, String... more) {
      command.embedded(script, List.of(more));
      return this;
    }

    /** Puts a jar before all others on the class path of an embedded run. */
    public Builder before(Path jar) {
      command.before(jar);
      return this;
    }

    /** Runs it in another JMeter home than the shared one. */
    public Builder home(JMeterHome other) {
      command.home(other);
      return this;
    }

    /** Runs the plan on the engines that {@link RemoteEngine}s are, by their ports. */
    public Builder on(RemoteEngine... remote) {
      command.engines(Arrays.stream(remote).map(RemoteEngine::port).toList());
      return set("server.rmi.ssl.disable", "true");
    }

    /** Runs it on another JDK, by that one's home. */
    public Builder jdk(Path home) {
      command.jdk(home);
      return this;
    }

    /** Starts JMeter and returns at once. */
    public JMeterRun start() {
      Process other = RUNNING.get(directory);
      if (other != null && other.isAlive()) {
        throw new IllegalStateException("another run is at work in " + directory);
      }
      try {
        JMeterHome.delete(directory);
        Files.createDirectories(directory);
        if (recordsReadTimes) {
          plan = ReadTimes.addedTo(plan, directory);
        }
        int port = Ports.udp();
        set("jmeterengine.nongui.port", port);
        set("jmeterengine.nongui.maxport", port);
        try (var out = Files.newBufferedWriter(directory.resolve("run.properties"))) {
          properties.store(out, null);
        }
        ProcessBuilder builder =
            new ProcessBuilder(command.of(plan))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("console.txt").toFile());
        builder.environment().putAll(environment);
        long now = System.nanoTime();
        Process process = builder.start();
        RUNNING.put(directory, process);
        process.getOutputStream().close();
        return new JMeterRun(process, directory, port, now);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Runs JMeter to its end. */
    public FinishedRun run(Duration limit) {
      return start().finish(limit);
    }
  }
}
