package io.tollgate.engine;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The misbehaving server that lies in the jar beside the native library, unpacked and running.
 *
 * <p>It is unpacked as the library is: to a private directory, which goes as soon as the system
 * lets.
 */
public final class BundledServer implements AutoCloseable {
  private final Process process;
  private final PrivateCopy copy;

  private BundledServer(Process process, PrivateCopy copy) {
    this.process = process;
    this.copy = copy;
  }

  /**
   * Starts it. It writes to where this JVM does.
   *
   * @param flags of the user
   * @param withStdin the flag that makes it end when its input does
   * @return running
   * @throws TollgateException {@code NATIVE_UNAVAILABLE}, with what to do
   */
  public static BundledServer start(List<String> flags, String withStdin) {
    return start(flags, withStdin, ProcessBuilder.Redirect.INHERIT);
  }

  /**
   * The same, and what it writes is read by {@link #firstLine}.
   *
   * @param flags of the user
   * @param withStdin the flag that makes it end when its input does
   * @return running
   * @throws TollgateException {@code NATIVE_UNAVAILABLE}, with what to do
   */
  public static BundledServer startPiped(List<String> flags, String withStdin) {
    return start(flags, withStdin, ProcessBuilder.Redirect.PIPE);
  }

  private static BundledServer start(
      List<String> flags, String withStdin, ProcessBuilder.Redirect output) {
    Platform platform = Platform.current();
    byte[] bytes = fromJar(platform);
    List<String> tried = new ArrayList<>();
    IOException last = null;
    for (Path base : bases()) {
      PrivateCopy copy = null;
      try {
        copy = PrivateCopy.create(base, platform.serverFileName(), bytes);
        return launch(copy, flags, withStdin, platform, output);
      } catch (IOException | RuntimeException e) {
        if (copy != null) {
          copy.delete();
        }
        tried.add(base + ": " + e.getMessage());
        last = e instanceof IOException ? (IOException) e : new IOException(e);
      }
    }
    throw unavailable(
        "the server could not be started. Tried: "
            + String.join("; ", tried)
            + ". To do: set -D"
            + NativeLibrary.TMPDIR
            + " to a directory that can be written to and is not mounted noexec",
        last);
  }

  /** On Linux one program, without a C library to load, serves glibc and musl. */
  private static byte[] fromJar(Platform platform) {
    for (Platform each : platform.candidates()) {
      try {
        byte[] bytes = JarResource.read(each.serverResource());
        if (bytes != null) {
          return bytes;
        }
      } catch (IOException e) {
        throw unavailable("reading " + each.serverResource() + " from the jar failed: " + e, e);
      }
    }
    throw unavailable(
        "this jar carries no server for "
            + platform.folder()
            + "; build it from source with `cargo build --release -p tollgate-authserver` and run"
            + " target/release/tollgate-authserver with the same flags",
        null);
  }

  private static BundledServer launch(
      PrivateCopy copy,
      List<String> flags,
      String withStdin,
      Platform platform,
      ProcessBuilder.Redirect output)
      throws IOException {
    if (!copy.file().toFile().setExecutable(true, true)) {
      throw new IOException("the file can't be made executable");
    }
    List<String> command = new ArrayList<>();
    command.add(copy.file().toString());
    command.addAll(flags);
    if (!flags.contains(withStdin)) {
      command.add(withStdin);
    }
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (!platform.isWindows()) {
      copy.delete(); // what runs needs its file no more
    }
    return new BundledServer(process, copy);
  }

  private static List<Path> bases() {
    String tmpdir = System.getProperty(NativeLibrary.TMPDIR);
    if (tmpdir != null) {
      return Collections.singletonList(Paths.get(tmpdir).toAbsolutePath());
    }
    List<Path> bases = new ArrayList<>();
    bases.add(Paths.get(System.getProperty("java.io.tmpdir")).toAbsolutePath());
    bases.add(Paths.get(System.getProperty("user.home"), ".cache", "tollgate"));
    return bases;
  }

  private static TollgateException unavailable(String message, Throwable cause) {
    return new TollgateException(ErrorCode.NATIVE_UNAVAILABLE, message, cause);
  }

  /**
   * Waits for its first line: the URLs it serves, as JSON.
   *
   * @return the line
   * @throws IOException if it ended without one
   */
  public String firstLine() throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = lines.readLine();
    if (line == null) {
      throw new IOException("the server ended at once; its flags may be wrong");
    }
    return line;
  }

  /** Tells it to end. */
  public void end() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      process.destroy();
    }
  }

  /**
   * Blocks until it has ended.
   *
   * @return its exit code
   * @throws InterruptedException if this thread is interrupted meanwhile
   */
  public int await() throws InterruptedException {
    return process.waitFor();
  }

  /** Ends it and removes what was unpacked. */
  @Override
  public void close() {
    end();
    copy.delete();
  }
}
