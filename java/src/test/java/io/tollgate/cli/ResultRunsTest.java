package io.tollgate.cli;

import static io.tollgate.cli.Explained.HEADER;
import static io.tollgate.cli.Explained.T0;
import static io.tollgate.cli.Explained.line;
import static io.tollgate.cli.Explained.lines;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several runs in one file, several files of one run, and files of any size. */
class ResultRunsTest {
  private static final long DAY = 86_400_000;

  @TempDir Path temp;

  private static String stampede(long at) {
    return lines(
            50, i -> line(at + i, 150, "token", "200", "users 1-" + i, "https://x/oauth/token"))
        + lines(100, i -> line(at + 300 + i * 20L, "api", 200, i % 50));
  }

  private Path write(String name, String text) throws IOException {
    Path file = temp.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void runsInOneFileAreToldApart() throws IOException {
    String quiet = lines(200, i -> line(2 * DAY + i * 30L, "api", 200, i % 9));
    Explained told = Explained.text(temp, HEADER + stampede(0) + quiet + stampede(4 * DAY));
    told.exits(1)
        .says(
            "r.jtl: 3 runs\n",
            "Run 1 of 3, begun 20",
            ": 150 samples of 50 threads in 2.3 s, 0 failed",
            "Run 2 of 3, begun 20",
            ": 200 samples of 9 threads in 6 s, 0 failed",
            "Nothing found.",
            "Run 3 of 3, begun 20",
            "The largest crowd: 50 requests of 50 threads in 49 ms, at +0 ms")
        .saysNot("days", "The run is long");
    // The newer file first, as a shell's pattern may put them.
    Explained.text(temp, HEADER + stampede(4 * DAY) + stampede(0)).says("r.jtl: 2 runs");
  }

  @Test
  void aSlowRunAndARunThatStandsStillAreOneRun() throws IOException {
    String slow = lines(30, i -> line(i * 3_600_000L, "api", 200, 1));
    Explained.text(temp, HEADER + slow).exits(0).says("r.jtl: 30 samples of 1 thread in 29 h");
    String hung =
        lines(50, i -> line(i * 100L, "api", 200, 1))
            + line(5_000, 900_000, "api", "504", "users 1-2", "https://x/y")
            + lines(50, i -> line(905_100 + i * 100L, "api", 200, 1));
    Explained.text(temp, HEADER + hung).says("r.jtl: 101 samples of 2 threads in 15 min");
  }

  @Test
  void ofManyRunsTheLastAreShown() throws IOException {
    String text = lines(25, r -> lines(10, i -> line(r * DAY + i * 50L, "api", 200, i)));
    Path svg = temp.resolve("r.svg");
    Explained.text(temp, HEADER + text, "--svg", svg.toString())
        .exits(0)
        .says("r.jtl: 25 runs", "Run 25 of 25", "Run 6 of 25", "5 earlier runs are not shown")
        .saysNot("Run 5 of 25");
    assertTrue(Files.size(svg) > 1000);
  }

  @Test
  void theFilesOfADirectoryAreOneRunWithWhoDidWhat() throws IOException {
    // Injector b fetches a token every 5 s; each time the token of a is revoked.
    String a =
        lines(200, i -> line(i * 100L, "api", 200, i % 10))
            + lines(40, i -> line(5_100 + i / 10 * 5_000 + i % 10, "api", 401, i % 10));
    String b =
        lines(4, i -> line(5_000 + i * 5_000L, "token", 200, 1))
            + lines(200, i -> line(i * 100L + 7, "api", 200, i % 10));
    write("run/a/results.jtl", HEADER + Explained.byEnd(a));
    write("run/b/results.jtl", HEADER + Explained.byEnd(b));
    write("run/users.csv", "name,password\nann,secret\n");
    write("run/c.jtl", HEADER);
    Explained.file(temp.resolve("run"))
        .exits(1)
        .says(
            "run: 444 samples of 20 threads",
            "  a/results.jtl: 240 samples, 40 failed, 40 answered 401\n",
            "  b/results.jtl: 204 samples, 4 token requests (4 granted)\n",
            "401s in waves, every 5 s",
            "Of 4 waves, 4 came within 2 s of a token request of another file, the first of"
                + " b/results.jtl",
            "users.csv is left out: ",
            "c.jtl has no samples.")
        .saysNot("secret", "2 runs");
    Files.createDirectories(temp.resolve("none"));
    Explained.file(temp.resolve("none")).exits(2).complains("has no result files");
  }

  @Test
  void aCrowdOfInjectorsIsACrowd() throws IOException {
    for (int n = 0; n < 8; n++) {
      int injector = n;
      write(
          "fleet/injector-" + n + ".jtl",
          HEADER
              + line(3_000 + injector * 5L, "token", 200, 1)
              + lines(50, i -> line(4_000 + i * 100L, "api", 200, 1)));
    }
    Explained.file(temp.resolve("fleet"))
        .exits(1)
        .says("The largest crowd: 8 requests of 8 threads in 35 ms");
  }

  @Test
  void theJournalOfARunIsReadWithItsResults() throws IOException {
    String journal =
        entry(1, 0, "run_started", "")
            + entry(
                2,
                260,
                "minted",
                ",\"started\":"
                    + (T0 + 10)
                    + ",\"elapsed_ns\":250000000,"
                    + "\"generation\":1,\"lifetime\":20000,\"reason\":\"first\"")
            + entry(
                3,
                5_100,
                "refused",
                ",\"started\":"
                    + (T0 + 5_000)
                    + ",\"elapsed_ns\":90000000,"
                    + "\"status\":400,\"cause\":\"CREDENTIAL_REJECTED\",\"words\":\"invalid_client\"")
            + entry(
                4, 5_200, "rejected", ",\"generation\":1,\"count\":17,\"until\":" + (T0 + 6_000))
            + entry(5, 5_300, "api_gate", ",\"count\":2,\"until\":" + (T0 + 7_000));
    Path file = write("tollgate-journal.jsonl", journal);
    Path results =
        write("results.jtl", HEADER + lines(90, i -> line(300 + i * 100L, "api", 200, i % 9)));
    Explained.files(Arrays.asList(results, file))
        .exits(1)
        .says(
            "2 files: 92 samples",
            "Token requests in it: 2 'Tollgate, profile genesys'",
            "1. Token requests fail",
            "1 × 400 invalid_client",
            "Journal tollgate-journal.jsonl: 1 minted, 1 refused, 17 rejected, 2 api gate.");
    Explained.file(file).exits(1).says("2 samples", "invalid_client");
    Explained.file(write("x.json", "{\"a\":1}\n")).exits(2).complains("not the journal");
  }

  /** What an injector's own token request does to it is not laid to another. */
  @Test
  void ofThreeInjectorsEachHasItsJournalBesideItsResults() throws IOException {
    String waves = lines(30, i -> line(5_100 + i / 10 * 5_000 + i % 10, "api", 401, i % 10));
    String quiet = lines(200, i -> line(i * 100L, "api", 200, i % 10));
    write("run/a/results.jtl", HEADER + Explained.byEnd(quiet + waves));
    write("run/a/journal.jsonl", minted(1, 4_900) + minted(2, 9_900));
    write("run/b/results.jtl", HEADER + quiet);
    write("run/b/journal.jsonl", minted(1, 10));
    write("run/c/results.jtl", HEADER + quiet);
    write("run/c/journal.jsonl", minted(1, 20) + minted(2, 14_900));
    Explained.file(temp.resolve("run"))
        .exits(1)
        .says(
            "run: 635 samples of 33 threads",
            "  a/results.jtl: 232 samples, 30 failed, 30 answered 401, 2 token requests (2"
                + " granted)",
            "  b/results.jtl: 201 samples, 1 token request (1 granted)",
            "  c/results.jtl: 202 samples, 2 token requests (2 granted)",
            "Of 3 waves, 1 came within 2 s of a token request of another file, the first of"
                + " c/results.jtl")
        .saysNot("journal.jsonl: 1 samples");
  }

  private static String minted(int number, long at) {
    return entry(
        number,
        at + 100,
        "minted",
        ",\"started\":" + (T0 + at) + ",\"elapsed_ns\":100000000,\"generation\":" + number);
  }

  private static String entry(int number, long at, String kind, String more) {
    return "{\"number\":"
        + number
        + ",\"at\":"
        + (T0 + at)
        + ",\"credential\":1,"
        + "\"profile\":\"genesys\",\"kind\":\""
        + kind
        + "\""
        + more
        + "}\n";
  }

  /** More labels, threads, messages, URLs and refusals than are told apart. */
  @Test
  void whatIsKeptOfALargeFileIsBoundedAndItSaysSo() throws IOException {
    String text =
        lines(
            300_000,
            i ->
                (T0 + i)
                    + ",1,token"
                    + i % 300
                    + ","
                    + (i % 2 == 0 ? "401" : "429")
                    + ",no "
                    + (char) ('一' + i % 5_000)
                    + ",u "
                    + i % 70_000
                    + ",false,https://x/"
                    + i
                    + "t/token\n");
    Explained.text(
            temp,
            "timeStamp,elapsed,label,responseCode,responseMessage,threadName,success,URL\n" + text)
        .exits(1)
        .says(
            "300,000 samples of 50,000 threads",
            "and 191 other labels",
            "more threads than the 50,000 that are told apart",
            "more than a quarter of a million");
  }

  @Test
  void progressIsSaidNowAndThen() throws Exception {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    AtomicLong nanos = new AtomicLong();
    Progress progress =
        new Progress(
            new PrintStream(said, true, "UTF-8"),
            ResultSource.open(
                Collections.singletonList(write("p.jtl", HEADER + stampede(0)).toString()),
                false,
                Collections.emptyList()),
            nanos::get);
    for (int second = 0; second < 8; second++) {
      for (int i = 0; i < 1 << 16; i++) {
        progress.sampleRead();
      }
      nanos.addAndGet(1_000_000_000);
    }
    String[] lines = said.toString("UTF-8").split("\n");
    assertEquals(2, lines.length, said.toString("UTF-8"));
    assertTrue(lines[0].startsWith("tollgate: 262,144 samples, 0 of 0 MB read (100 %)"), lines[0]);
  }
}
