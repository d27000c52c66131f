package io.tollgate.tests.chaos;

import io.tollgate.tests.JMeterRun;
import io.tollgate.tests.chaos.FaultPlan.Incident;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** A server with its proxy, and what happens to it during the run. */
final class ProxiedServer implements AutoCloseable {
  /** How long a server may take to answer what it has when it is to end. */
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(60);

  /** Between the two halves of a rotation. */
  private static final Duration HALFWAY = Duration.ofMillis(1500);

  private final Target target;
  private final ChaosServer server;
  private final FaultProxy proxy;
  private final Path directory;
  private final Map<String, String> secrets;

  ProxiedServer(
      Target target,
      ChaosServer server,
      FaultProxy proxy,
      Path directory,
      Map<String, String> secrets) {
    this.target = target;
    this.server = server;
    this.proxy = proxy;
    this.directory = directory;
    this.secrets = secrets;
  }

  /** A secret that no one has used yet, for each client of the server; those in files are there. */
  static Map<String, String> secrets(Target target, Path directory) {
    Map<String, String> secrets = new LinkedHashMap<>();
    for (ChaosProfile profile : ChaosProfile.values()) {
      if (profile.target() == target) {
        String secret = newSecret();
        secrets.put(profile.key(), secret);
        if (profile.secretInFile()) {
          write(profile.secretFile(directory), secret);
        }
      }
    }
    return secrets;
  }

  void start() throws IOException {
    proxy.open(server.start());
  }

  Target target() {
    return target;
  }

  Ledger ledger() {
    return proxy.ledger();
  }

  int port() {
    return proxy.port();
  }

  ChaosServer server() {
    return server;
  }

  /** Gives JMeter a profile of a client of this server. */
  void configure(JMeterRun.Builder builder, ChaosProfile profile) {
    String tokenUrl = "http://127.0.0.1:" + port() + server.tokenPath();
    profile
        .settings(tokenUrl, secrets.get(profile.key()), directory)
        .forEach((key, value) -> builder.profile(profile.key(), key, value));
  }

  /** Lets it happen, and enters it as long as it takes. */
  void happen(Incident incident) {
    long from = System.currentTimeMillis();
    try {
      switch (incident.action()) {
        case RESTART:
          proxy.shut(LAST_ANSWERS);
          server.stop();
          proxy.open(server.start());
          break;
        case ROTATE_FILE_FIRST:
          rotate(true);
          break;
        case ROTATE_SERVER_FIRST:
          rotate(false);
          break;
        default:
          throw new IllegalStateException(incident.toString());
      }
    } catch (IOException | RuntimeException e) {
      ledger().broke(incident + " failed: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ledger().happened(incident.action().name(), from, System.currentTimeMillis());
    }
  }

  private void rotate(boolean fileFirst) throws IOException, InterruptedException {
    ChaosProfile profile = inFile();
    String secret = newSecret();
    if (fileFirst) {
      write(profile.secretFile(directory), secret);
      Thread.sleep(HALFWAY.toMillis());
      server.rotate(profile.key(), secret);
    } else {
      server.rotate(profile.key(), secret);
      Thread.sleep(HALFWAY.toMillis());
      write(profile.secretFile(directory), secret);
    }
  }

  private ChaosProfile inFile() {
    for (ChaosProfile profile : ChaosProfile.values()) {
      if (profile.target() == target && profile.secretInFile()) {
        return profile;
      }
    }
    throw new IllegalStateException("no secret of " + target + " is in a file");
  }

  private static String newSecret() {
    return "s3cr3t-" + UUID.randomUUID();
  }

  private static void write(Path file, String secret) {
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.writeString(beside, secret + "\n");
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      proxy.close();
    } finally {
      server.close();
    }
  }
}
