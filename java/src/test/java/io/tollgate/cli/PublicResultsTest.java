package io.tollgate.cli;

import static io.tollgate.cli.Explained.T0;
import static io.tollgate.cli.Explained.lines;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shapes of result files that people published: columns, formats and oddities as they are
 * there, all values made anew. Each test names the file it is like.
 */
class PublicResultsTest {
  @TempDir Path temp;

  /** Like jenkinsci/performance-plugin, JENKINS-16627_CSV_instead_of_XML.jtl: no header. */
  @Test
  void tenColumnsWithoutAHeader() throws IOException {
    String text =
        T0
            + ",820,GET /parts/login - Form,200,OK,Buyers 1-1,text,true,2711,701\n"
            + (T0 + 900)
            + ",44,GET /parts/list,200,OK,Buyers 1-1,text,true,1200,21\n"
            + (T0 + 1_000)
            + ",99,GET /parts/pre-logout,500,Error,Buyers 1-2,text,false,97,12\n";
    Explained.text(temp, text)
        .exits(1)
        .says("3 samples of 2 threads in 1.1 s, 1 failed", "1 'GET /parts/login - Form'")
        .says("33 % of all samples failed");
  }

  /** Like JMeterCsvResults2.csv there: the pattern yyyy/mm/dd, whose "month" is the minute. */
  @Test
  void aPatternWithTheMinuteInPlaceOfTheMonth() throws IOException {
    String header =
        "timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,bytes,"
            + "sentBytes\n";
    String row = ",20,GET /a,200,OK,Buyers 1-1,text,true,31,7\n";
    Explained.text(temp, header + "2026/20/20 11:05:05.250" + row + "2026/20/20 11:05:35.250" + row)
        .exits(0)
        .says("2 samples of 1 thread in 30 s");
    Explained.text(temp, header + "2026/58/07 11:58:50.000" + row + "2026/01/07 12:01:20.000" + row)
        .exits(0)
        .says("2 samples of 1 thread in 2.5 min");
  }

  /** Like filewithtransactions.csv there: sums of transactions between their samples. */
  @Test
  void transactionsBesideTheirSamples() throws IOException {
    String rows =
        lines(
            30,
            i -> {
              long at = T0 + i * 3_000L;
              String rest = ",text,true,,900,300,1,1,https://www.example.org/p/,70,0,9\n";
              return at
                  + ",70,P-0,200,OK,Visitors 1-"
                  + i
                  + rest
                  + (at + 90)
                  + ",80,P-1,200,OK,Visitors 1-"
                  + i
                  + rest
                  + (at - 10)
                  + ",190,P,200,\"Number of samples in transaction : 2, number of failing"
                  + " samples : 0\",Visitors 1-"
                  + i
                  + ",,true,,1800,600,1,1,null,140,10,9\n";
            });
    Explained.text(temp, Explained.HEADER + rows).exits(0).says("60 samples of 30 threads");
  }

  /** Like multiLineCSV.jtl there: a label of several lines, with quotes in it. */
  @Test
  void aLabelOfSeveralLines() throws IOException {
    String text =
        "timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,"
            + "failureMessage,bytes,sentBytes,grpThreads,allThreads,Latency,IdleTime,Connect\n"
            + T0
            + ",700,Start: Sign in,200,OK,Journey 1-1,text,true,,120,0,1,1,0,0,0\n"
            + (T0 + 800)
            + ",30,\"element not found: {\"\"by\"\":\"\"id\"\",\"\"is\"\":\"\"go\"\"}\n"
            + "     Session: 0a1b2c\n"
            + "     *** {of=x, value=y}\",500,NOTOK,Journey 1-1,text,false,,7,0,1,1,0,0,0\n";
    Explained.text(temp, text)
        .exits(1)
        .says("2 samples of 1 thread in 830 ms, 1 failed", "1 'Start: Sign in'", "1 × 500 NOTOK");
  }

  /** Like JMeterResultsMultiLevel.jtl there: assertions in each sample. */
  @Test
  void assertionsInXml() throws IOException {
    String assertion =
        "  <assertionResult>\n    <name>%s</name>\n    <failure>%s</failure>\n"
            + "    <error>false</error>\n    <failureMessage>%s</failureMessage>\n"
            + "  </assertionResult>\n";
    String text =
        lines(
            10,
            i ->
                "<httpSample t=\"60\" lt=\"59\" ts=\""
                    + (T0 + i * 80)
                    + "\" s=\""
                    + (i != 9)
                    + "\" lb=\"Start\" rc=\"200\" rm=\"\" tn=\"Mobile 1-1\" dt=\"text\""
                    + " by=\"61\">\n"
                    + String.format(assertion, "Fine", false, "")
                    + String.format(assertion, "Code", i == 9, i == 9 ? "no code &lt;b&gt;" : "")
                    + "</httpSample>\n");
    Explained.text(temp, "<?xml version=\"1.0\"?>\n<testResults>\n" + text + "</testResults>\n")
        .exits(1)
        .says("10 samples of 1 thread", "1 failed", "1 × 200 no code <b>");
  }

  /** Like whitespace-followed-by-xml.jtl there. */
  @Test
  void spaceBeforeXml() throws IOException {
    String sample =
        "<sample t=\"5\" lt=\"0\" ts=\""
            + T0
            + "\" s=\"true\" lb=\"SOAP\" rc=\"200\" rm=\"\""
            + " tn=\"Usuarios de sesión 1-1\" dt=\"text\" by=\"136\"/>\n";
    Explained.text(temp, " \n\n<testResults version=\"1.2\">\n" + sample + "\n</testResults>\n\n")
        .exits(0)
        .says("1 sample of 1 thread");
  }

  /** Like Blazemeter/taurus, tests/data/distributed.jtl: messages of many lines, no end order. */
  @Test
  void messagesOfManyLinesFromManyMachines() throws IOException {
    String trace =
        "\"No such element: {\"\"using\"\":\"\"id\"\",\"\"for\"\":\"\"x['name']\"\"}\n"
            + "Took: 4.75 s\n"
            + "Host: 'agent1', ip: '192.0.2.8'\n"
            + "Capabilities [{a=true, b=1.0}]\n"
            + "Session: 1-2-3\"";
    String rows =
        lines(
            60,
            i ->
                (T0 + 40_000 - i * 500)
                    + ",1700,Order,"
                    + (i % 10 == 3 ? "500," + trace : "200,OK")
                    + ",agent"
                    + i % 4
                    + "_Buyers 1-1,"
                    + (i % 10 != 3)
                    + ",5,5,0,0\n");
    Explained.text(
            temp,
            "timeStamp,elapsed,label,responseCode,responseMessage,threadName,success,grpThreads,"
                + "allThreads,Latency,Connect\n"
                + rows)
        .exits(1)
        .says("60 samples of 4 threads in 31 s, 6 failed", "10 % of all samples failed")
        .says("6 × 500 No such element");
  }

  /** Like tests/jmeter/jtl/tranctl.jtl there: transactions alone, no thread names. */
  @Test
  void transactionsAlone() throws IOException {
    String text =
        "timeStamp,elapsed,label,responseCode,responseMessage,success,grpThreads,allThreads,Latency,Connect\n"
            + T0
            + ",211,Visit,200,\"Number of samples in transaction : 1, number of failing samples :"
            + " 0\",true,1,1,0,0\n"
            + (T0 + 8)
            + ",900,Buy,200,\"Number of samples in transaction : 1, number of failing"
            + " samples : 1\",false,1,1,0,0\n";
    Explained.text(temp, text).exits(1).says("2 samples in 908 ms, 1 failed");
  }

  /** Like tests/jmeter/jtl/unicode.jtl there: Cyrillic labels, a host name. */
  @Test
  void labelsInCyrillic() throws IOException {
    String rows =
        lines(
            12,
            i ->
                (T0 + i * 500)
                    + ",90,"
                    + (i % 2 == 0 ? "ERP.АутентифицироватьПост" : "Тест.Ответ")
                    + ",404,Not Found,Группа 1-1,false,61,1,1,90,build-7\n");
    Explained.text(
            temp,
            "timeStamp,elapsed,label,responseCode,responseMessage,threadName,success,bytes,"
                + "grpThreads,allThreads,Latency,Hostname\n"
                + rows)
        .exits(1)
        .says("6 'ERP.АутентифицироватьПост'", "6 × 404 Not Found");
  }

  /** Like tests/data/resource-errors.jtl there: a page, its resources inside of it. */
  @Test
  void aPageWithItsResources() throws IOException {
    String page =
        "<httpSample t=\"%d\" lt=\"8\" ct=\"5\" ts=\"%d\" s=\"false\" lb=\"%s\" rc=\"%s\" rm=\"%s\""
            + " tn=\"Visitors 1-1\" dt=\"text\" de=\"utf-8\" by=\"84\" ng=\"1\" na=\"1\">\n"
            + "%s<responseHeader class=\"java.lang.String\">HTTP/1.0 %s\n"
            + "Server: x\n"
            + "</responseHeader>\n"
            + "<requestHeader class=\"java.lang.String\">Host: x\n"
            + "</requestHeader>\n"
            + "<responseData class=\"java.lang.String\">&lt;!DOCTYPE html&gt;\n"
            + "</responseData>\n"
            + "<cookies class=\"java.lang.String\"></cookies>\n"
            + "<method>GET</method>\n"
            + "<java.net.URL>http://192.0.2.1/%s</java.net.URL>\n"
            + "</httpSample>\n";
    String inside =
        String.format(page, 8, T0, "http://192.0.2.1/", "200", "OK", "", "200 OK", "")
            + lines(
                3,
                i ->
                    String.format(
                        page, 3, T0 + 9 + i, "pic" + i, "404", "GONE", "", "404 GONE", "p" + i));
    String text = String.format(page, 20, T0, "Page", "200", "OK", inside, "200 OK", "");
    Explained.text(temp, "<testResults version=\"1.2\">\n" + text + "</testResults>\n")
        .exits(1)
        .says("4 samples of 1 thread", "4 failed", "3 × 404 GONE", "1 × 200 OK");
  }

  /** Like the README of rdpanek/docker_jmeter: semicolons and times of day. */
  @Test
  void timesOfDay() throws IOException {
    String text =
        "timeStamp;elapsed;label;responseCode;threadName;success;bytes;grpThreads;allThreads;Latency;SampleCount;ErrorCount;IdleTime\n"
            + lines(
                6,
                i ->
                    (i < 3 ? "23:59:59" : "00:00:02")
                        + ";800;Get;200;w 1-"
                        + i
                        + ";true;28;10;10;80;1;0;0\n");
    Explained.text(temp, text).exits(0).says("6 samples of 6 threads in 3.8 s, 0 failed");
  }
}
