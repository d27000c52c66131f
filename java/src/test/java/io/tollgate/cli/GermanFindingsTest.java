package io.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.cli.findings.FindingText;
import io.tollgate.testing.GermanWords;
import io.tollgate.text.Durations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What explain says of results is in this JVM's language: each of its words is in the bundle. */
class GermanFindingsTest {
  private static final long T0 = 1_700_000_000_000L;

  /** Names of files, of token requests, and of the stories in examples/failures. */
  private static final List<String> DATA =
      Arrays.asList("jtl", "token", "stampede", "revoked", "throttled", "sustained");

  @TempDir Path temp;

  private final GermanWords german = new GermanWords(FindingText.class, Durations.class);
  private final Locale before = Locale.getDefault();

  @BeforeEach
  void start() {
    Locale.setDefault(Locale.GERMANY);
  }

  @AfterEach
  void putBack() {
    Locale.setDefault(before);
  }

  private static String line(long at, String label, int code, int thread) {
    return (T0 + at) + ",10," + label + "," + code + ",7,1-" + thread + "," + (code < 400);
  }

  private static String lines(int count, IntFunction<String> line) {
    return IntStream.range(0, count).mapToObj(line).collect(Collectors.joining("\n")) + "\n";
  }

  private static String file(String... parts) {
    String header = "timeStamp,elapsed,label,responseCode,responseMessage,threadName,success\n";
    return header + String.join("", parts);
  }

  private static String quiet() {
    return lines(1000, i -> line(i * 100L, "1", 200, i % 10));
  }

  private static String tokens(int count, int code) {
    return lines(count, i -> line(5_000 + i, "token", code, i));
  }

  /** Ten waves of 401s, each after a token request, ten seconds apart. */
  private static String waves() {
    StringBuilder waves = new StringBuilder();
    for (int wave = 1; wave < 10; wave++) {
      long at = wave * 10_000L;
      waves.append(line(at - 50, "token", 200, 0)).append('\n');
      waves.append(lines(20, i -> line(at + i, "1", 401, i % 10)));
    }
    return waves.toString();
  }

  private String explain(List<Path> files) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, "UTF-8");
    Path page = temp.resolve("page.html");
    List<String> arguments = new ArrayList<>(Arrays.asList("explain", "--html", page.toString()));
    files.forEach(each -> arguments.add(each.toString()));
    int code = new Main(print, print).run(arguments);
    String printed = out.toString("UTF-8");
    assertTrue(code <= 1, printed);
    String html = new String(Files.readAllBytes(page), StandardCharsets.UTF_8);
    assertTrue(html.contains("<html lang=\"de\">"), html);
    return printed + GermanWords.saidBy(html);
  }

  private String explain(String results) throws IOException {
    Path file = temp.resolve("1.jtl");
    return explain(Arrays.asList(Files.write(file, results.getBytes(StandardCharsets.UTF_8))));
  }

  private void allIsGerman(String said, String... expected) {
    Set<String> unknown = new TreeSet<>(german.unknownIn(said));
    unknown.removeAll(DATA);
    assertEquals(new TreeSet<>(), unknown, said);
    for (String words : expected) {
      assertTrue(said.contains(words), words + " in " + said);
    }
  }

  @Test
  void ofTokenRequests() throws IOException {
    allIsGerman(explain(file(quiet())), "Nichts gefunden", "1.000 Samples von 10 Threads");
    allIsGerman(
        explain(file(quiet(), tokens(40, 200))),
        "Viele Threads fordern zugleich ein Token an",
        "Der größte Andrang: 40 Anfragen von 40 Threads in 39 ms, bei +5 s");
    String failed = lines(300, i -> line(6_000 + i * 40L, "1", 401, i % 40));
    allIsGerman(explain(file(quiet(), tokens(40, 500), failed)), "Token-Anfragen");
    allIsGerman(explain(file(quiet(), tokens(3, 429))), "Token-Anfragen schlagen fehl");
  }

  @Test
  void ofRefusals() throws IOException {
    allIsGerman(explain(file(quiet(), waves())), "401er in Wellen");
    allIsGerman(
        explain(file(lines(90, i -> line(i * 50L, "1", 401, i % 9)))),
        "Keine Anfrage kam je durch");
    String end = lines(400, i -> line(100_000 + i * 50L, "1", 401, i % 10));
    allIsGerman(explain(file(quiet(), end)), "mit 401");
    String mixed = lines(900, i -> line(30_000 + i * 30L, "1", i % 2 == 0 ? 401 : 200, i % 10));
    allIsGerman(explain(file(quiet(), mixed)), "Tokens sterben, während sie in Gebrauch sind");
    String many = lines(1000, i -> line(i * 100L, "1", 200, i % 40));
    String some = lines(300, i -> line(30_000 + i * 100L, "1", 401, i % 6));
    allIsGerman(explain(file(many, some)), "Einige Threads machen mit einem toten Token weiter");
  }

  @Test
  void ofLimitsAndOtherFailures() throws IOException {
    String limited = lines(200, i -> line(20_000 + i * 20L, "1", 429, i % 10));
    allIsGerman(explain(file(quiet(), limited)), "Der Server begrenzt den Test");
    for (int code : new int[] {403, 404, 418, 500}) {
      String failing = lines(800, i -> line(i * 100L, "1", code, i % 10));
      allIsGerman(explain(file(quiet(), failing)), "44 % aller Samples schlugen fehl");
    }
  }

  @Test
  void ofFilesThatDoNotSayAll() throws IOException {
    String rows = lines(90, i -> "10,1," + (i % 3 == 0 ? 401 : 200) + ",7," + (i % 3 != 0));
    allIsGerman(
        explain("elapsed,label,responseCode,responseMessage,success\n" + rows),
        "Zeiten wurden nicht gespeichert",
        "Thread-Namen wurden nicht gespeichert");
    Path one = temp.resolve("2.jtl");
    Path other = temp.resolve("3.jtl");
    Files.write(one, file(quiet(), waves()).getBytes(StandardCharsets.UTF_8));
    Files.write(other, file(quiet(), tokens(2, 200)).getBytes(StandardCharsets.UTF_8));
    allIsGerman(explain(Arrays.asList(one, other)), "2 Dateien", "mit 401 beantwortet");
  }
}
