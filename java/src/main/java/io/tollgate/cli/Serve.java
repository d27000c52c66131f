package io.tollgate.cli;

import io.tollgate.TollgateException;
import io.tollgate.cli.endpoint.Clients;
import io.tollgate.cli.endpoint.ServedProfile;
import io.tollgate.cli.endpoint.TlsKey;
import io.tollgate.cli.endpoint.TokenEndpoint;
import io.tollgate.engine.Version;
import io.tollgate.text.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The command that is a token endpoint for injectors that have no other way to share a token. */
final class Serve {
  private final PrintStream out;
  private final PrintStream err;
  private final Settings settings = new Settings();
  private final Map<String, ServedProfile> profiles = new LinkedHashMap<>();
  private final Clients clients = new Clients();
  private String listen = "127.0.0.1:8090";
  private String keystore;
  private String keystorePassword;
  private boolean isPlain;
  private boolean endsWithInput;
  private double wait = 20;

  Serve(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  int run(List<String> arguments) throws WrongUsage {
    read(arguments);
    InetSocketAddress address = address();
    TlsKey tls = keystore == null ? null : key();
    checkWhoReaches(address);
    settings.use();
    for (Map.Entry<String, ServedProfile> profile : profiles.entrySet()) {
      if (!Settings.profiles().contains(profile.getKey())) {
        throw new WrongUsage(
            "there is no profile '" + profile.getKey() + "'; name the file with -p");
      }
      // How long a request waits is how long a thread of the profile waits.
      System.setProperty(
          "tollgate.profile." + profile.getKey() + ".token_timeout",
          Math.round(wait * 1000) + "ms");
      String fault = profile.getValue().fault();
      if (fault != null) {
        err.println("tollgate: " + fault);
        return fault.startsWith("NATIVE_UNAVAILABLE") ? Exit.UNABLE : Exit.FOUND;
      }
    }
    try (TokenEndpoint endpoint = new TokenEndpoint(address, tls, clients, profiles.values())) {
      out.println(JsonWriter.write(greeting(endpoint.address())));
      out.flush();
      return untilTheEnd();
    } catch (IOException e) {
      err.println("tollgate: can't listen on " + listen + ": " + e.getMessage());
      return Exit.UNABLE;
    }
  }

  private Map<String, Object> greeting(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    String url =
        (keystore == null ? "http://" : "https://")
            + (host.contains(":") ? "[" + host + "]" : host)
            + ":"
            + address.getPort();
    Map<String, Object> urls = new LinkedHashMap<>();
    profiles.keySet().forEach(name -> urls.put(name, url + "/" + name + "/token"));
    Map<String, Object> greeting = new LinkedHashMap<>();
    greeting.put("version", Version.CURRENT);
    greeting.put("url", url);
    greeting.put("token_urls", urls);
    return greeting;
  }

  private int untilTheEnd() {
    try {
      if (endsWithInput) {
        byte[] ignored = new byte[4096];
        InputStream in = System.in;
        while (in.read(ignored) >= 0) {
          // Only its end matters.
        }
      } else {
        new CountDownLatch(1).await(); // until a signal ends the JVM
      }
      return Exit.FINE;
    } catch (IOException e) {
      return Exit.FINE; // an input that can't be read has ended
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Exit.UNABLE;
    }
  }

  /** A token for the taking stays on this machine. */
  private void checkWhoReaches(InetSocketAddress address) throws WrongUsage {
    if (address.getAddress().isLoopbackAddress()) {
      return;
    }
    if (clients.areAll()) {
      throw new WrongUsage(
          "other machines reach " + listen + ": say who may ask, with --client ID=env:NAME");
    }
    if (keystore == null && !isPlain) {
      throw new WrongUsage(
          "other machines reach "
              + listen
              + ": give --keystore, or --plain-http where something in front of it does the TLS");
    }
  }

  private InetSocketAddress address() throws WrongUsage {
    int colon = listen.lastIndexOf(':');
    try {
      String host = listen.substring(0, Math.max(0, colon)).replaceAll("^\\[|]$", "");
      int port = Integer.parseInt(listen.substring(colon + 1));
      if (!host.isEmpty() && port >= 0 && port <= 65_535) {
        return new InetSocketAddress(InetAddress.getByName(host), port);
      }
    } catch (NumberFormatException | UnknownHostException e) {
      // Reported below.
    }
    throw new WrongUsage("--listen wants HOST:PORT of this machine, not '" + listen + "'");
  }

  private TlsKey key() throws WrongUsage {
    if (keystorePassword == null) {
      throw new WrongUsage("--keystore wants --keystore-password env:NAME or file:PATH");
    }
    try {
      return TlsKey.read(Settings.file(keystore), keystorePassword);
    } catch (TollgateException e) {
      throw new WrongUsage(e.getDetail());
    } catch (IOException | GeneralSecurityException e) {
      throw new WrongUsage(
          keystore
              + " can't be read as a key store: "
              + Settings.reason(e)
              + "; keytool -list -keystore "
              + keystore
              + " shows what it holds");
    }
  }

  private void read(List<String> arguments) throws WrongUsage {
    Options options = new Options(arguments);
    while (options.hasNext()) {
      String option = options.next();
      if (settings.take(option, options)) {
        continue;
      }
      switch (option) {
        case "--listen":
          listen = options.value(option);
          break;
        case "--client":
          addClient(options.value(option));
          break;
        case "--keystore":
          keystore = options.value(option);
          break;
        case "--keystore-password":
          keystorePassword = options.value(option);
          break;
        case "--plain-http":
          isPlain = true;
          break;
        case "--wait":
          wait = options.positive(option);
          break;
        case "--exit-with-stdin":
          endsWithInput = true;
          break;
        default:
          if (option.startsWith("-")) {
            throw new WrongUsage("serve does not know '" + option + "'");
          }
          profiles.put(option, new ServedProfile(option));
      }
    }
    if (profiles.isEmpty()) {
      throw new WrongUsage("serve wants the name of a profile");
    }
  }

  private void addClient(String definition) throws WrongUsage {
    int at = definition.indexOf('=');
    if (at < 1) {
      throw new WrongUsage("--client wants ID=env:NAME or ID=file:PATH");
    }
    try {
      clients.add(definition.substring(0, at), definition.substring(at + 1));
    } catch (TollgateException e) {
      throw new WrongUsage(e.getDetail());
    }
  }
}
