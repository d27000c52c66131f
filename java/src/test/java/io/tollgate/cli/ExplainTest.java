package io.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Result files as people have them, made here line by line, and what is said of them. */
class ExplainTest {
  private static final long T0 = 1_700_000_000_000L;
  private static final String HEADER =
      "timeStamp,elapsed,label,responseCode,responseMessage,threadName,success\n";

  @TempDir Path temp;

  private static String line(long at, String label, int code, int thread) {
    return (T0 + at) + ",10," + label + "," + code + ",said,T 1-" + thread + "," + (code < 400);
  }

  /** A thousand good samples, ten a second, of ten threads. */
  private static String quiet() {
    return lines(1000, i -> line(i * 100L, "api", 200, i % 10));
  }

  private static String lines(int count, IntFunction<String> line) {
    return IntStream.range(0, count).mapToObj(line).collect(Collectors.joining("\n")) + "\n";
  }

  private String explain(int exit, String text, String... options) throws Exception {
    Path file = Files.write(temp.resolve("r.jtl"), text.getBytes(StandardCharsets.UTF_8));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, "UTF-8");
    String[] arguments = new String[options.length + 2];
    arguments[0] = "explain";
    arguments[1] = file.toString();
    System.arraycopy(options, 0, arguments, 2, options.length);
    int code = new Main(print, print).run(Arrays.asList(arguments));
    String told = out.toString("UTF-8");
    assertEquals(exit, code, told);
    return told;
  }

  @Test
  void nothingIsFoundWhereNothingIs() throws Exception {
    assertTrue(explain(0, HEADER + quiet()).contains("Nothing found."));
  }

  @Test
  void aFewRefusalsAreNoFinding() throws Exception {
    String told = explain(0, HEADER + quiet() + lines(30, i -> line(i * 900L, "api", 401, i % 3)));
    assertTrue(told.contains("30 samples were answered 401, one by one"), told);
  }

  @Test
  void aStampedeIsCounted() throws Exception {
    String told =
        explain(1, HEADER + quiet() + lines(40, i -> line(5_000 + i, "get token", 200, i)));
    assertTrue(told.contains("Many threads ask for a token at once"), told);
    assertTrue(told.contains("40 requests of 40 threads in 39 ms, at +5 s"), told);
  }

  @Test
  void oneThreadThatAsksOftenIsNoStampede() throws Exception {
    explain(0, HEADER + quiet() + lines(40, i -> line(5_000 + i * 50, "token", 200, 1)));
  }

  @Test
  void tokenRequestsOfTollgatesOwnSamplerAreWaitsAndNoRequests() throws Exception {
    String text = lines(40, i -> line(5_000 + i, "token", 200, i));
    explain(0, HEADER + quiet() + text.replace("said", "\"fetched, generation 1, 20 s left\""));
  }

  @Test
  void crowdsOnTheMinuteAreNamed() throws Exception {
    long mark = 60_000 - T0 % 60_000;
    String crowds = lines(40, i -> line(mark + i / 10 * 60_000 + i % 10, "login", 200, i % 10));
    String told = explain(1, HEADER + quiet() + crowds);
    assertTrue(told.contains("Token requests cluster on the minute"), told);
    String off =
        lines(40, i -> line(mark + 20_000 + i / 10 * 60_000 + i % 10, "login", 200, i % 10));
    assertFalse(explain(1, HEADER + quiet() + off).contains("on the minute"));
  }

  @Test
  void overlappingRequestsAreDuplicates() throws Exception {
    String text = lines(4, i -> line(5_000 + i * 5, "token", 200, i));
    assertTrue(explain(1, HEADER + quiet() + text).contains("3 of 4 token requests began while"));
  }

  @Test
  void wavesAtEvenIntervalsAreTheLifeOfAToken() throws Exception {
    String waves = lines(80, i -> line(7_130 + i / 10 * 10_070 + i % 10, "api", 401, i % 10));
    String fetches = lines(8, i -> line(7_000 + i * 10_070, "token", 200, 1));
    String told = explain(1, HEADER + quiet() + waves + fetches);
    assertTrue(told.contains("401s in waves, every 10 s"), told);
    assertTrue(told.contains("the refresh itself revokes"), told);
    String without = explain(1, HEADER + quiet() + waves + lines(1, i -> line(0, "token", 200, 1)));
    assertTrue(without.contains("no refresh of this plan explains them"), without);
  }

  @Test
  void aRefusedRefreshIsReportedWithoutSecrets() throws Exception {
    String secret = new String(new char[50]).replace('\0', 'x');
    String refusal =
        line(5_000, "refresh", 400, 1).replace("said", "\"invalid_grant: was " + secret + "\"");
    String told = explain(1, HEADER + quiet() + refusal + "\n");
    assertTrue(told.contains("400 invalid_grant: was …"), told);
    assertFalse(told.contains(secret), told);
  }

  @Test
  void aWaitThatIsNotKeptIsFoundInXml() throws Exception {
    String text =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testResults version=\"1.2\">\n"
            + xml(0, 429, "Retry-After: 2")
            + lines(20, i -> xml(100 + i * 50, 200, ""))
            + "</testResults>\n";
    String told = explain(1, text);
    assertTrue(told.contains("20 requests were sent inside one"), told);
    String kept = text.replaceAll("ts=\"1700000000[1-9]", "ts=\"1700000009");
    kept = kept.replace("ts=\"17000000010", "ts=\"17000000090");
    assertTrue(explain(0, kept).contains("waits that were named were kept"), kept);
    String unnamed = HEADER + quiet() + lines(30, i -> line(5_000 + i, "api", 429, i % 10));
    assertTrue(explain(1, unnamed).contains("The server limits the test"));
  }

  @Test
  void manyWaitsThatAreKeptAreNoFinding() throws Exception {
    String text = lines(40, i -> xml(i * 3_000L, i % 2 == 0 ? 429 : 200, "Retry-After: 2"));
    String told = explain(0, "<testResults>" + text + "</testResults>");
    assertTrue(told.contains("20 were answered 429"), told);
  }

  private static String xml(long at, int code, String header) {
    return String.format(
        "<httpSample t=\"10\" ts=\"%d\" lb=\"api\" rc=\"%d\" rm=\"\" tn=\"T 1-1\" s=\"%s\">"
            + "<responseHeader>HTTP/1.1 %d\n%s\n</responseHeader></httpSample>",
        T0 + at, code, code < 400, code, header);
  }

  @Test
  void ofASampleWithOthersInItOnlyTheOthersCount() throws Exception {
    String told =
        explain(
            0,
            "<testResults><sample t=\"9\" ts=\"1700000000000\" lb=\"all\" rc=\"200\" tn=\"T\""
                + " s=\"true\">"
                + xml(0, 200, "")
                + xml(1, 200, "")
                + "</sample></testResults>");
    assertTrue(told.contains("2 samples of 1 thread in"), told);
  }

  @Test
  void columnsComeInAnyOrderAndWithAnyDelimiter() throws Exception {
    String told =
        explain(
            1,
            "success;threadName;responseCode;label;timeStamp;elapsed\n"
                + "true;T 1-1;200;\"a;b \"\"c\"\"\n\";1700000000000;5\n"
                + "false;T 1-2;500;x;1700000001000;5\n");
    assertTrue(told.contains("2 samples of 2 threads in 1 s, 1 failed"), told);
    String dated =
        "timeStamp,elapsed,label,responseCode,threadName\n2026/01/02 03:04:05.678,7,a,200,T\n";
    assertTrue(explain(0, dated).contains("1 sample "));
  }

  @Test
  void withoutAHeaderTheColumnsAreJMetersOwn() throws Exception {
    String told =
        explain(
            1,
            T0
                + ",31,login,200,OK,Users 1-4,text,true,,221,233,50,50,http://x/y,29,0,18\n"
                + T0
                + ",31,api,404,No,Users 1-5,text,false,,221,233,50,50,http://x/y,29,0,18\n");
    assertTrue(told.contains("2 samples of 2 threads") && told.contains("1 failed"), told);
    assertTrue(told.contains("1 'login'"), told);
  }

  @Test
  void aFileThatWasCutOffIsReadAsFarAsItGoes() throws Exception {
    String whole = HEADER + quiet();
    String told = explain(0, whole.substring(0, whole.length() - 10));
    assertTrue(told.contains("999 samples") && told.contains("ends in the middle"), told);
    String xml = "<testResults>" + xml(0, 200, "") + "<httpSample t=\"1\" ts=";
    assertTrue(explain(0, xml).contains("ends in the middle"));
  }

  @Test
  void whatIsNoResultFileIsSaid() throws Exception {
    for (String text : new String[] {"", "hello\n", "a,b\n1,2\n", "<html></html>", "{}"}) {
      assertTrue(explain(2, text).contains("not a result file"), text);
    }
    assertTrue(explain(2, HEADER).contains("no samples"));
    String entity = "<!DOCTYPE x [<!ENTITY e \"api\">]><testResults>" + xml(0, 200, "");
    // An entity is not resolved, whatever it is defined to be.
    String label = explain(0, entity.replace("lb=\"api", "lb=\"&e;token"));
    assertTrue(label.contains("1 '&e;token'"), label);
    assertTrue(explain(2, HEADER + quiet(), "--token-label", "(").contains("--token-label"));
  }

  @Test
  void failuresWithoutAKnownCauseAreCountedByMessage() throws Exception {
    String text = lines(30, i -> line(i * 10L, "api", 503, i % 3).replace("said", "busy " + i));
    text += lines(50, i -> line(500 + i * 10L, "api", 404, i % 3).replace("said", "No such page"));
    String told = explain(1, HEADER + text);
    assertTrue(told.contains("1. All samples failed\n"), told);
    assertTrue(told.contains("80 of 80 samples failed, the first at +0 ms."), told);
    assertTrue(told.contains("   50 × 404 No such page\n   30 × 503 busy 0\n"), told);
    assertTrue(told.contains("What helps: Not tokens: look at path and method"), told);
    assertTrue(told.contains("There are no token requests in the file."), told);
    assertFalse(told.contains("Nothing found") || told.contains("Most like it"), told);
    String most = explain(1, HEADER + text + lines(20, i -> line(i, "api", 200, 1)));
    assertTrue(most.contains("1. Most samples failed\n") && most.contains("80 of 100"), most);
    String half = explain(1, HEADER + text + lines(80, i -> line(i, "api", 200, 1)));
    assertTrue(half.contains("1. 50 % of all samples failed\n"), half);
  }

  @Test
  void kindsOfFailuresBeyondAFewAreCountedTogether() throws Exception {
    String text = lines(200, i -> line(i, "api", 400, 1).replace("said", "no " + (char) ('一' + i)));
    String told = explain(1, HEADER + text + lines(3, i -> line(300 + i, "api", 500, 1)));
    assertTrue(told.contains("1 × 400 no 丂\n"), told);
    assertTrue(told.contains("199 × something else"), told);
  }

  @Test
  void failuresOfTokensAreNamedByTheirReason() throws Exception {
    String stampede = lines(40, i -> line(i, "get token", 200, i));
    String told = explain(1, HEADER + stampede + lines(50, i -> line(100 + i, "api", 403, 1)));
    assertTrue(told.contains("Many threads ask") && told.contains("2. Most samples failed"), told);
    assertTrue(told.contains("Look at the scopes"), told);
    String refused = explain(1, HEADER + lines(50, i -> line(i, "api", 401, i % 10)));
    assertTrue(refused.contains("No request was ever let in"), refused);
    assertFalse(refused.contains("samples failed\n"), refused);
    String few = explain(1, HEADER + lines(5, i -> line(i * 900L, "api", 401, 1)));
    assertTrue(few.contains("5 × 401 said") && few.contains("whether the samplers send it"), few);
    String silent = line(1, "api", 500, 1).replace(",500,said", ",Non HTTP response code: x.Y,z");
    assertTrue(explain(1, HEADER + silent + "\n").contains("1 × x.Y z\n   What helps: No answer"));
  }

  @Test
  void labelsAndMessagesCannotBreakOutOfThePage() throws Exception {
    Path html = temp.resolve("r.html");
    String refusal = line(5, "token", 400, 1).replace("said", "<script>alert(1)</script>");
    explain(1, HEADER + quiet() + refusal + "\n", "--html", html.toString());
    String page = new String(Files.readAllBytes(html), StandardCharsets.UTF_8);
    assertTrue(page.contains("&lt;script&gt;") && !page.contains("<script"), page);
  }

  @Test
  void aRunOfDaysFitsAndItsResolutionIsStated() throws Exception {
    String told = explain(0, HEADER + lines(2_000, i -> line(i * 100_000L, "api", 200, i % 10)));
    assertTrue(told.contains("in 56 h") && told.contains("The run is long"), told);
  }
}
