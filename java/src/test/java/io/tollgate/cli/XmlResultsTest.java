package io.tollgate.cli;

import static io.tollgate.cli.Explained.T0;
import static io.tollgate.cli.Explained.lines;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import org.apache.jmeter.samplers.SampleEvent;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.samplers.SampleSaveConfiguration;
import org.apache.jmeter.save.SaveService;
import org.apache.jmeter.util.JMeterUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results saved as XML, read as the same run. */
class XmlResultsTest {
  @TempDir Path temp;

  @Test
  void xmlIsReadWithCharactersThatItForbidsAndSamplesOfAnyClass() throws IOException {
    String[] elements = {"httpSample", "sample", "com.example.ui.PageResult", "a.B_-C"};
    String[] data = {"ok", "a&#x1f;b", "a\u0001b", "&#55357;&#0;", "<![CDATA[<httpSample ts=]]>"};
    for (String element : elements) {
      for (String body : data) {
        String text =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testResults version=\"1.2\">\n"
                + lines(RefusedRun.SAMPLES, i -> sample(element, i, body))
                + "</testResults>\n";
        RefusedRun.assertFound(temp, text, element + " " + body);
      }
    }
    String old = lines(RefusedRun.SAMPLES, i -> sample("sampleResult", i, "x"));
    old =
        old.replace(" ts=", " timeStamp=")
            .replace(" t=", " time=")
            .replace(" lb=", " label=")
            .replace(" rc=", " responseCode=")
            .replace(" tn=", " threadName=")
            .replace(" s=", " success=");
    RefusedRun.assertFound(temp, "<testResults>" + old + "</testResults>", "of JMeter 2.0");
  }

  private static String sample(String element, int i, String body) {
    return String.format(
        "<%1$s t=\"30\" lt=\"30\" ts=\"%2$d\" s=\"%3$s\" lb=\"api &lt;&amp;&quot;\" rc=\"%4$s\""
            + " rm=\"m\" tn='users 1-%5$d' dt=\"text\" by=\"100\" ng=\"5\" na=\"5\">\n"
            + "  <responseData class=\"java.lang.String\">%6$s</responseData>\n</%1$s>\n",
        element, T0 + i * 1000L, i < RefusedRun.GOOD, RefusedRun.code(i), i % 3 + 1, body);
  }

  @Test
  void ofNestedXmlTheInnermostSamplesCountAndAFailureOfTheirSumToo() throws IOException {
    String inner = sample("httpSample", 0, "x") + sample("httpSample", 1, "x");
    String failed =
        "<sample t=\"9\" ts=\""
            + T0
            + "\" s=\"false\" lb=\"sum\" rc=\"200\" rm=\"asserted\""
            + " tn=\"users 1-1\">"
            + inner
            + "</sample>";
    String good = failed.replace("s=\"false\"", "s=\"true\"");
    Explained.text(temp, "<testResults>" + failed + good.replace("sum", "other") + "</testResults>")
        .exits(1)
        .says("5 samples", "1 failed", "1 × 200 asserted");
    String twoFailed = failed.replace("s=\"true\"", "s=\"false\"");
    Explained.text(temp, "<testResults>" + twoFailed + "</testResults>")
        .says("2 samples", "2 failed");
  }

  @Test
  void anAnswerWithATokenInItIsATokenRequest() throws IOException {
    String granted = sample("httpSample", 0, "{&quot;access_token&quot;:&quot;abc&quot;}");
    Explained.text(
            temp, "<testResults>" + granted + sample("httpSample", 1, "x") + "</testResults>")
        .exits(0)
        .says("Token requests in it: 1 'api <&\"'")
        .saysNot("abc");
  }

  /** What injectors send with mode=Statistical: a row sums up many samples. */
  @Test
  void aRowThatSumsUpManySamplesCountsAsMany() throws IOException {
    String text =
        "timeStamp,elapsed,label,responseCode,threadName,success,SampleCount,ErrorCount\n"
            + lines(5, i -> (T0 + i * 9_000L) + ",4000,api,200,users-1,true,100,20\n");
    Explained.text(temp, text)
        .exits(1)
        .says("500 samples of 1 thread in 40 s, 100 failed", "20 % of all samples failed");
    String xml = sample("httpSample", 0, "x").replace(" by=", " sc=\"50\" ec=\"10\" by=");
    Explained.text(temp, "<testResults>" + xml + "</testResults>").says("50 samples", "10 failed");
  }

  /** A sample with another in it and a character that XML forbids, as JMeter itself writes it. */
  @Test
  void whatJMeterWritesAsXmlIsRead() throws Exception {
    JMeterUtils.setJMeterHome(System.getProperty("tollgate.test.jmeter"));
    JMeterUtils.loadJMeterProperties(JMeterUtils.getJMeterBinDir() + "/jmeter.properties");
    StringWriter out = new StringWriter();
    out.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testResults version=\"1.2\">\n");
    for (int i = 0; i < RefusedRun.SAMPLES; i++) {
      SampleResult result = SampleResult.createTestSample(T0 + i * 1000L, T0 + i * 1000L + 30);
      result.setSampleLabel("get <it> & \u0007");
      result.setResponseCode(RefusedRun.code(i));
      result.setResponseMessage("m");
      result.setSuccessful(i < RefusedRun.GOOD);
      result.setThreadName("users 1-" + (i % 3 + 1));
      result.setResponseHeaders("HTTP/1.1 200 OK\nServer: \u001f");
      result.setResponseData("a\u001fb\u0000", "UTF-8");
      SampleResult outer = result;
      if (i % 2 == 0) {
        outer = new SampleResult();
        outer.setSuccessful(true);
        outer.setThreadName(result.getThreadName());
        outer.addSubResult(result, false);
      }
      SampleSaveConfiguration config = new SampleSaveConfiguration(true);
      outer.setSaveConfig(config);
      result.setSaveConfig(config);
      SaveService.saveSampleResult(new SampleEvent(outer, "users"), out);
    }
    out.write("</testResults>\n");
    RefusedRun.assertFound(temp, out.toString(), out.toString());
  }
}
