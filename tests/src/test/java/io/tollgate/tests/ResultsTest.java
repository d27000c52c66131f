package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read from a JTL: every judgement on samples stands on it. */
class ResultsTest {
  private static final String HEAD =
      "timeStamp,elapsed,label,responseCode,responseMessage,threadName,success\n";

  @TempDir Path directory;

  @Test
  void messagesMayHoldCommasQuotesAndLineEnds() throws IOException {
    Results results = read("1000,5,api,500,\"no, \"\"never\"\"\nagain\",Users 1-1,false\n");
    assertEquals(Map.of("500 / no, \"never\"\nagain", 1L), results.failures());
  }

  @Test
  void aLineThatWasCutOffIsNoSample() throws IOException {
    assertEquals(1, read("1000,5,api,200,OK,Users 1-1,true\n1010,5,api,200,O").count());
  }

  @Test
  void aFileThatWasNeverWrittenHasNoSamples() {
    assertEquals(0, Results.read(directory.resolve("none.jtl")).count());
  }

  @Test
  void theLongestStallIsATimeWithoutAGoodSampleOfOneThread() throws IOException {
    String first = "1100,100,api,200,OK,Users 1-1,true\n2000,50,api,200,OK,Users 1-1,true\n";
    assertEquals(850, read(first).longestStall(1000), "between two good ones");
    assertEquals(1200, read(first).longestStall(0), "before the first good one");
    String failing = "2100,10,api,401,no,Users 1-1,false\n4000,10,api,401,no,Users 1-1,false\n";
    assertEquals(1960, read(first + failing).longestStall(1000), "failed samples end no stall");
    String other = "1500,10,api,200,OK,Users 1-2,true\n3000,10,api,200,OK,Users 1-2,true\n";
    assertEquals(1500, read(first + other).longestStall(1000), "others' samples end no stall");
  }

  private Results read(String lines) throws IOException {
    Path jtl = directory.resolve("results.jtl");
    Files.writeString(jtl, HEAD + lines);
    return Results.read(jtl);
  }
}
