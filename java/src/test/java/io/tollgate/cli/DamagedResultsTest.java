package io.tollgate.cli;

import static io.tollgate.cli.Explained.HEADER;
import static io.tollgate.cli.Explained.T0;
import static io.tollgate.cli.Explained.line;
import static io.tollgate.cli.Explained.lines;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of a damaged file the rest is judged, the first damage is named, and the exit code says so. */
class DamagedResultsTest {
  @TempDir Path temp;

  private static String good(int from, int count) {
    return lines(count, i -> line((from + i) * 100L, "api", 200, i % 5));
  }

  private static String xml(int i) {
    return "<httpSample t=\"3\" ts=\""
        + (T0 + i * 100L)
        + "\" s=\"true\" lb=\"api\" rc=\"200\" rm=\"\""
        + " tn=\"T 1-"
        + i % 3
        + "\"><responseData>x</responseData></httpSample>\n";
  }

  @Test
  void aDamagedLineCostsItselfAndIsNamed() throws IOException {
    String[] damages = {
      "17700000",
      "17700000017700000020001,10,api,200,OK,users 1-1,text,true,,3",
      "x,10,api,200,OK,users 1-1,text,true,,300,200,9,9,u,1,0,1",
      T0 + ",ten,api,200,OK,users 1-1,text,true,,300,200,9,9,u,1,0,1",
      T0 + ",10,api, with a comma,200,OK,users 1-1,text,true,,300,200,9,9,u,1,0,1",
      T0 + ",10,\"api,200,OK,users 1-1,text,true,,300,200,9,9,u,1,0,1",
      T0 + ",10,\"api\" x,200,OK,users 1-1,text,true,,300,200,9,9,u,1,0,1",
      T0 + ",10,api,200,OK,users 1-1",
      "\0\0\0\0\0\0\0\0\0\0"
    };
    for (String damage : damages) {
      String text = HEADER + good(0, 50) + damage + "\n" + good(50, 50);
      Explained told = Explained.text(temp, text);
      assertEquals(4, told.exit, damage + "\n" + told);
      told.says(
          "r.jtl: 100 samples of 5 threads",
          "NOT READ: one place of r.jtl, the first at line 52: ");
    }
  }

  @Test
  void whatIsReadOfADamagedFileIsJudged() throws IOException {
    String text = HEADER + good(0, 5) + "\"\n" + lines(30, i -> line(i * 9L, "api", 401, i % 9));
    Explained.text(temp, text).exits(4).says("30 samples of 9 threads", "NOT READ: one place");
  }

  @Test
  void aLastLineCountsIfItIsWhole() throws IOException {
    String text = HEADER + good(0, 3);
    Explained.text(temp, text.substring(0, text.length() - 1))
        .exits(0)
        .says("3 samples")
        .saysNot("in the middle");
    for (int cut = 8; cut < 90; cut += 7) {
      Explained.text(temp, text.substring(0, text.length() - cut))
          .exits(0)
          .says("2 samples", "Note: r.jtl ends in the middle of a sample");
    }
    String quoted = HEADER + good(0, 2) + T0 + ",1,\"a label that\nis cut";
    Explained.text(temp, quoted).exits(0).says("2 samples", "in the middle of a sample");
  }

  @Test
  void anAppendedFileWithAHeaderOfItsOwnIsReadOn() throws IOException {
    String other =
        "label,timeStamp,elapsed,success,responseCode,threadName\n"
            + lines(20, i -> "api," + (T0 + 5_000 + i * 100) + ",9,true,200,users 1-1\n");
    Explained.text(temp, HEADER + good(0, 50) + HEADER + good(50, 10) + other)
        .exits(0)
        .says("80 samples");
  }

  @Test
  void damagedXmlIsReadOnFromTheNextTag() throws IOException {
    String head = "<?xml version=\"1.0\"?>\n<testResults version=\"1.2\">\n";
    String end = "</testResults>\n";
    String text =
        head
            + lines(5, DamagedResultsTest::xml)
            + "<httpSample t=\"3\" ts=\"17"
            + "\n"
            + head
            + lines(7, i -> xml(10 + i))
            + end;
    Explained.text(temp, text).exits(4).says("12 samples", "the first at line 9: a tag in it");
    String joined =
        head + lines(5, DamagedResultsTest::xml) + end + head + lines(7, i -> xml(10 + i)) + end;
    Explained.text(temp, joined).exits(0).says("12 samples").saysNot("in the middle");
    String untimed = head + xml(1).replace("ts=\"", "ts=\"x") + xml(2) + end;
    Explained.text(temp, untimed).exits(4).says("1 sample ", "the time of a sample is 'x1770");
    String tail = text.substring(text.indexOf("<httpSample"));
    Explained.text(temp, tail).says("12 samples");
  }

  @Test
  void aFileOfRubbishIsNoResultAndHangsNothing() throws IOException {
    Random random = new Random(7);
    for (int n = 0; n < 40; n++) {
      byte[] bytes = new byte[5_000];
      random.nextBytes(bytes);
      String rubbish = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
      assertEquals(2, Explained.text(temp, "a" + rubbish).exit);
      assertEquals(4, Explained.text(temp, HEADER + good(0, 9) + "a" + rubbish + "\n").exit);
      int code = Explained.text(temp, "<testResults>" + xml(1) + rubbish).exit;
      assertEquals(true, code == 0 || code == 4, "exit " + code);
    }
    String quotes = lines(300, i -> T0 + ",\"" + i + "\n");
    Explained.text(temp, HEADER + good(0, 9) + quotes + good(9, 9)).exits(4).says("18 samples");
  }

  @Test
  void aHeaderWithoutAResultIsNamed() throws IOException {
    Explained.text(temp, "timeStamp,elapsed,label\n1,2,x\n")
        .exits(2)
        .complains("it has neither a column responseCode nor success");
    Explained.text(temp, HEADER + "x,y\n").exits(2).complains("times can't be read");
    Explained.text(temp, "<testsuite><testcase time=\"1\"/></testsuite>")
        .exits(2)
        .complains("its XML begins with <testsuite>");
  }
}
