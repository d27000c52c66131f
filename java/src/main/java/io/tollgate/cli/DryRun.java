package io.tollgate.cli;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.TollgateException;
import io.tollgate.engine.BundledServer;
import io.tollgate.text.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The command that puts a load on the server in the jar, with Tollgate between the two, and says
 * what the server counted. Nothing leaves this machine.
 */
final class DryRun {
  private static final String PROFILE = "dry-run";
  private static final String WITH_STDIN = "--exit-with-stdin";
  private static final int MOST_THREADS = 1000;
  private static final int MOST_SECONDS = 3600;

  private final PrintStream out;
  private final PrintStream err;
  private final Settings settings = new Settings();
  private final List<String> flags = new ArrayList<>();
  private int threads = 50;
  private int seconds = 30;

  DryRun(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  int run(List<String> arguments) throws WrongUsage {
    read(arguments);
    settings.use();
    try (BundledServer server = BundledServer.startPiped(flags, WITH_STDIN)) {
      Map<String, Object> urls = JsonReader.object(JsonReader.parse(server.firstLine()));
      Map<String, String> profile = new LinkedHashMap<>();
      profile.put("token_url", (String) urls.get("token_url"));
      profile.put("client_id", "demo");
      profile.put("client_secret", "literal:demo-secret");
      Credential credential = Tollgate.define(PROFILE, profile);
      DryRunLoad load = new DryRunLoad(credential, new URL((String) urls.get("api_url")));
      out.println(
          threads + " threads for " + seconds + " s against: server " + String.join(" ", flags));
      load.run(threads, seconds);
      new DryRunTable(load, counts(urls.get("url") + "/control/counts"), seconds).print(out);
      return load.failed() == 0 ? Exit.FINE : Exit.FOUND;
    } catch (TollgateException e) {
      err.println("tollgate: " + e.getDetail());
      return Exit.UNABLE;
    } catch (IOException | IllegalArgumentException e) {
      throw new WrongUsage("the server did not start or did not answer: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Exit.UNABLE;
    }
  }

  private static Map<String, Object> counts(String url) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
    try (InputStream in = connection.getInputStream()) {
      return JsonReader.object(JsonReader.parse(DryRunLoad.text(in)));
    }
  }

  private void read(List<String> arguments) throws WrongUsage {
    Options options = new Options(arguments);
    while (options.hasNext()) {
      String option = options.next();
      if (option.equals("--threads")) {
        threads = (int) Math.min(MOST_THREADS, Math.ceil(options.positive(option)));
      } else if (option.equals("--seconds")) {
        seconds = (int) Math.min(MOST_SECONDS, Math.ceil(options.positive(option)));
      } else if (option.equals("--")) {
        while (options.hasNext()) {
          flags.add(options.next());
        }
      } else if (!settings.take(option, options)) {
        throw new WrongUsage(
            "dry-run does not know '" + option + "'; flags of the server follow after --");
      }
    }
  }
}
