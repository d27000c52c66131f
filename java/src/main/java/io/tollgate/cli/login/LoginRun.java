package io.tollgate.cli.login;

import io.tollgate.Credential;
import io.tollgate.TollgateException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One login, from the first request to the file.
 *
 * <p>Invariant: the file of the profile has an old refresh token or the new one, whole, and only
 * its owner can read it. The engine writes the new one into a directory beside it, with what it
 * keeps beside a refresh token, and the file is renamed.
 */
public final class LoginRun {
  /** How long the engine may take to write the file once it has the token. */
  private static final long WRITE_MILLIS = 10_000;

  private static final long LOOK_MILLIS = 20;

  /** RFC 8628 section 3.5. */
  private static final long SLOWER_BY = 5;

  private final PrintStream out;
  private final LoginProfile profile;
  private final Map<String, String> parameters = new LinkedHashMap<>();
  private String redirect;
  private boolean opensBrowser = true;
  private long seconds = 300;

  /**
   * A login.
   *
   * @param out where the user is told what to do
   * @param profile its name
   */
  public LoginRun(PrintStream out, String profile) {
    this.out = out;
    this.profile = new LoginProfile(profile);
  }

  /**
   * Sets the redirect URI that the server knows.
   *
   * @param uri of this machine, with a port
   */
  public void redirect(String uri) {
    redirect = uri;
  }

  /** Leaves it to the user to open the link. */
  public void withoutBrowser() {
    opensBrowser = false;
  }

  /**
   * Sets how long the user may take.
   *
   * @param most seconds
   */
  public void within(long most) {
    seconds = most;
  }

  /**
   * Adds a parameter of the authorization request.
   *
   * @param name for example {@code prompt}
   * @param value for example {@code consent}
   */
  public void parameter(String name, String value) {
    parameters.put(name, value);
  }

  /**
   * Signs the user in.
   *
   * @param byDevice whether by device code
   * @return the file with the refresh token
   * @throws LoginFailure why there is none
   */
  public String run(boolean byDevice) throws LoginFailure, InterruptedException {
    String file = profile.refreshTokenFile();
    Path directory = null;
    try {
      Path target = target(Paths.get(file));
      directory = Files.createTempDirectory(target.toAbsolutePath().getParent(), ".login-");
      Path fresh = directory.resolve("token");
      if (byDevice) {
        DeviceLogin device = new DeviceLogin(out, profile);
        poll(device.run(fresh.toString()), device);
      } else {
        redeem(
            new BrowserLogin(out, profile)
                .run(redirect, parameters, opensBrowser, seconds, fresh.toString()));
      }
      await(fresh);
      move(fresh, target);
      return file;
    } catch (IOException | RuntimeException e) {
      throw new LoginFailure(e.getMessage() == null ? e.toString() : e.getMessage());
    } finally {
      remove(directory);
    }
  }

  private static void redeem(Credential credential) throws LoginFailure {
    try {
      credential.token();
    } catch (TollgateException e) {
      throw new LoginFailure(e.getDetail());
    }
  }

  private void poll(Credential credential, DeviceLogin device)
      throws LoginFailure, InterruptedException {
    long interval = device.interval();
    long end = System.nanoTime() + Math.min(seconds, device.expires()) * 1_000_000_000L;
    while (System.nanoTime() < end) {
      Thread.sleep(interval * 1000);
      try {
        credential.token();
        return;
      } catch (TollgateException e) {
        boolean isSlow = e.getDetail().contains("slow_down");
        if (!isSlow && !e.getDetail().contains("authorization_pending")) {
          throw new LoginFailure(e.getDetail());
        }
        interval += isSlow ? SLOWER_BY : 0;
      }
    }
    throw new LoginFailure("nobody signed in within " + Math.min(seconds, device.expires()) + " s");
  }

  /** The engine writes the refresh token on a thread of its own. */
  private static void await(Path fresh) throws LoginFailure, InterruptedException {
    for (long waited = 0; !Files.exists(fresh); waited += LOOK_MILLIS) {
      if (waited > WRITE_MILLIS) {
        throw new LoginFailure(
            "the server sent a token and no refresh token: ask for one, with scope=offline_access"
                + " or what the server calls it (Google: --param access_type=offline)");
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  /** A symbolic link stays one, and what it points to is replaced. */
  private static Path target(Path file) throws IOException {
    return Files.exists(file) ? file.toRealPath() : file;
  }

  private static void move(Path fresh, Path target) throws IOException {
    try {
      Files.move(
          fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(fresh, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void remove(Path directory) {
    if (directory == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).collect(Collectors.toList())) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      out.println(directory + " can't be removed and may hold a refresh token: " + e);
    }
  }
}
