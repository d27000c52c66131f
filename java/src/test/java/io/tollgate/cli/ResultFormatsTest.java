package io.tollgate.cli;

import static io.tollgate.cli.Explained.HEADER;
import static io.tollgate.cli.Explained.T0;
import static io.tollgate.cli.Explained.line;
import static io.tollgate.cli.Explained.lines;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.SimpleDateFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.apache.jmeter.samplers.SampleEvent;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.samplers.SampleSaveConfiguration;
import org.apache.jmeter.save.CSVSaveService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way in which a result file can be saved, read as the same run. */
class ResultFormatsTest {
  @TempDir Path temp;

  /** What JMeter itself writes, with each column left out in turn, and each delimiter. */
  @Test
  void anyColumnMayBeLeftOutWithAHeaderOrWithoutOne() throws Exception {
    for (String delimiter : new String[] {",", ";", "\t", "|", "~"}) {
      for (Left left : Left.values()) {
        SampleSaveConfiguration config = new SampleSaveConfiguration(true);
        config.setDelimiter(delimiter);
        left.from(config);
        String header = CSVSaveService.printableFieldNamesToString(config) + "\n";
        String rows = saved(config, delimiter);
        RefusedRun.assertFound(
            temp, header + rows, "with a header, without " + left + ", by " + delimiter);
        RefusedRun.assertFound(
            temp, rows, "without a header, without " + left + ", by " + delimiter);
      }
    }
  }

  /** Columns that are of use to others. */
  private enum Left {
    NOTHING,
    LABEL,
    RESPONSE_MESSAGE,
    DATA_TYPE,
    FAILURE_MESSAGE,
    SUCCESS,
    THREAD_COUNTS,
    BYTES,
    URL,
    LATENCY,
    SAMPLE_COUNT,
    MOST;

    void from(SampleSaveConfiguration config) {
      config.setLabel(this != LABEL);
      config.setMessage(this != RESPONSE_MESSAGE && this != MOST);
      config.setDataType(this != DATA_TYPE && this != MOST);
      config.setAssertionResultsFailureMessage(this != FAILURE_MESSAGE && this != MOST);
      config.setSuccess(this != SUCCESS);
      config.setThreadCounts(this != THREAD_COUNTS && this != MOST);
      config.setBytes(this != BYTES && this != MOST);
      config.setSentBytes(this != BYTES && this != MOST);
      config.setUrl(this != URL && this != MOST);
      config.setLatency(this != LATENCY && this != MOST);
      config.setIdleTime(this != LATENCY && this != MOST);
      config.setSampleCount(this != SAMPLE_COUNT && this != MOST);
      config.setHostname(this != MOST);
      config.setEncoding(this != MOST);
      config.setFileName(this != MOST);
    }
  }

  private static String saved(SampleSaveConfiguration config, String delimiter) throws Exception {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < RefusedRun.SAMPLES; i++) {
      SampleResult result = SampleResult.createTestSample(T0 + i * 1000L, T0 + i * 1000L + 30);
      result.setSampleLabel("get, \"it\"; now|then~\tafter");
      result.setResponseCode(RefusedRun.code(i));
      result.setResponseMessage(i < RefusedRun.GOOD ? "OK" : "Un\nauthorized");
      result.setSuccessful(i < RefusedRun.GOOD);
      result.setThreadName("users 1-" + (i % 3 + 1));
      result.setDataType(SampleResult.TEXT);
      result.setURL(new URL("https://api.example.com/v2/things?a=1,2;3"));
      SampleEvent event = new SampleEvent(result, "users");
      rows.append(CSVSaveService.resultToDelimitedString(event, result, config, delimiter))
          .append('\n');
    }
    return rows.toString();
  }

  @Test
  void anyTimestampFormatIsReadWithAHeaderOrWithoutOne() throws IOException {
    String[] formats = {
      "yyyy/MM/dd HH:mm:ss.SSS",
      "yyyy/MM/dd HH:mm:ss",
      "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
      "yyyy-MM-dd'T'HH:mm:ss'Z'",
      "yyyy-MM-dd HH:mm:ss z",
      "dd/MM/yyyy HH:mm:ss",
      "MM/dd/yy HH:mm:ss.SSS",
      "dd.MM.yyyy HH:mm:ss",
      "dd-MMM-yyyy HH:mm:ss",
      "MMM dd, yyyy hh:mm:ss a",
      "EEE MMM dd HH:mm:ss zzz yyyy",
      "EEE, dd MMM yyyy HH:mm:ss Z",
      "HH:mm:ss",
      "HH:mm:ss.SSS",
      "hh:mm:ss a",
      "HH:mm:ss dd/MM/yyyy",
      "MM/dd HH:mm:ss",
      "yyyyMMddHHmmss",
      "yyyyMMdd HHmmssSSS",
      "yyyy/mm/dd HH:mm:ss",
      "yyyy-MM-dd HH:mm:ss,SSS"
    };
    // From the 13th of a month on, so that day and month can be told apart, and over midnight.
    long begin = T0 + 13 * 86_400_000L + 21 * 3_600_000L + 1_190_000;
    for (String format : formats) {
      SimpleDateFormat dates = new SimpleDateFormat(format, Locale.ENGLISH);
      String rows =
          lines(
              RefusedRun.SAMPLES,
              i ->
                  quoted(dates.format(new Date(begin + i * 1000L)))
                      + ",30,api,"
                      + RefusedRun.code(i)
                      + ",m,users 1-"
                      + (i % 3 + 1)
                      + ",text,"
                      + (i < RefusedRun.GOOD)
                      + ",100,30\n");
      RefusedRun.assertFound(temp, rows, format);
      RefusedRun.assertFound(
          temp,
          "timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,bytes,"
              + "Latency\n"
              + rows,
          format);
    }
    String seconds = rows(",", T0 / 1000, 1);
    RefusedRun.assertFound(temp, seconds, "seconds");
  }

  private static String quoted(String text) {
    return text.contains(",") ? "\"" + text + "\"" : text;
  }

  private static String rows(String delimiter, long begin, long step) {
    return lines(
        RefusedRun.SAMPLES,
        i ->
            String.join(
                    delimiter,
                    String.valueOf(begin + i * step),
                    "30",
                    "api",
                    RefusedRun.code(i),
                    "m",
                    "users 1-" + (i % 3 + 1),
                    "text",
                    String.valueOf(i < RefusedRun.GOOD))
                + "\n");
  }

  @Test
  void withoutTimesTheOrderIsStillJudged() throws IOException {
    String text =
        "elapsed,label,responseCode,threadName,success\n"
            + lines(
                RefusedRun.SAMPLES,
                i ->
                    "30,api,"
                        + RefusedRun.code(i)
                        + ",users 1-"
                        + i % 3
                        + ","
                        + (i < RefusedRun.GOOD)
                        + "\n");
    Explained.text(temp, text)
        .exits(1)
        .says(
            "r.jtl: 24 samples of 3 threads, 10 failed",
            "At the end every sample is answered 401",
            "Times were not saved")
        .saysNot(" at +");
  }

  @Test
  void wholeSecondsAreAnUnitInWhichThingsHappenAtOnce() throws IOException {
    String text =
        "timeStamp;elapsed;label;responseCode;threadName;success;bytes;grpThreads;allThreads\n"
            + lines(20, i -> "23:59:58;30;token;200;users 1-" + i + ";true;1;2;2\n")
            + lines(20, i -> "00:00:0" + i / 5 + ";30;api;200;users 1-" + i + ";true;1;2;2\n");
    Explained.text(temp, text)
        .exits(1)
        .says(
            "40 samples of 20 threads in 5 s", "Times were saved in whole seconds", "20 requests");
  }

  @Test
  void compressedAndTranscodedFilesAreReadAsTheyAre() throws IOException {
    String text =
        HEADER
            + lines(
                RefusedRun.SAMPLES,
                i ->
                    line(
                        i * 1000L,
                        30,
                        "Überblick",
                        RefusedRun.code(i),
                        "users 1-" + i % 3,
                        "https://x/y"));
    List<String> answers = new ArrayList<>();
    for (Encoded encoded : Encoded.values()) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (OutputStream out = encoded.stream(bytes)) {
        out.write(encoded.mark);
        out.write(text.getBytes(encoded.charset));
      }
      Path file = Files.write(temp.resolve("r.jtl"), bytes.toByteArray());
      answers.add(Explained.file(file).exits(1).out);
    }
    assertEquals(1, answers.stream().distinct().count(), answers::toString);
    Path gzip = temp.resolve("r.jtl.gz");
    ByteArrayOutputStream cut = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(cut)) {
      out.write((HEADER + lines(20_000, i -> line(i * 7L, "a" + i, 200, i))).getBytes("UTF-8"));
    }
    byte[] half = Arrays.copyOf(cut.toByteArray(), cut.size() / 2);
    Explained.file(Files.write(gzip, half)).exits(4).says("NOT READ", "can't be read to its end");
  }

  private enum Encoded {
    PLAIN(StandardCharsets.UTF_8),
    MARKED(StandardCharsets.UTF_8, 0xEF, 0xBB, 0xBF),
    GZIP(StandardCharsets.UTF_8),
    UTF_16_LITTLE(StandardCharsets.UTF_16LE, 0xFF, 0xFE),
    UTF_16_BIG(StandardCharsets.UTF_16BE, 0xFE, 0xFF);

    private final Charset charset;
    private final byte[] mark;

    Encoded(Charset charset, int... mark) {
      this.charset = charset;
      this.mark = new byte[mark.length];
      for (int i = 0; i < mark.length; i++) {
        this.mark[i] = (byte) mark[i];
      }
    }

    OutputStream stream(OutputStream out) throws IOException {
      return this == GZIP ? new GZIPOutputStream(out) : out;
    }
  }

  /** A frame as the program zstd writes it (level 3), of 40 samples and a header. */
  @Test
  void zstdIsRead() throws IOException {
    Path file = temp.resolve("r.jtl.zst");
    try (InputStream in = getClass().getResourceAsStream("forty-samples.jtl.zst")) {
      Files.copy(in, file);
    }
    Explained.file(file)
        .exits(1)
        .says("r.jtl.zst: 40 samples of 5 threads in 3.9 s, 10 failed", "every sample is answered");
    byte[] half = Arrays.copyOf(Files.readAllBytes(file), 150);
    Explained.file(Files.write(file, half)).exits(2).complains("can't be read");
  }

  @Test
  void theSumOfATransactionIsNoSampleBesideItsOwn() throws IOException {
    String inside = line(10, "login", 200, 1) + line(40, "api", 200, 1);
    String sum =
        line(0, 90, "Log in and call", "200", "users 1-1", "null")
            .replace(
                ",OK,",
                ",\"Number of samples in transaction : 2, number of failing samples : 0\",");
    Explained.text(temp, HEADER + inside + sum)
        .exits(0)
        .says("2 samples of 1 thread", "Token requests in it: 1 'login'");
    Explained.text(temp, HEADER + sum + sum.replace("users 1-1", "users 1-2")).says("2 samples");
  }

  @Test
  void sampleVariablesAndColumnsInAnyOrderAreNoHindrance() throws IOException {
    String text =
        "\"userId\";success;threadName;responseCode;\"token, age\";label;timeStamp;elapsed\n"
            + lines(
                RefusedRun.SAMPLES,
                i ->
                    "\"7\";"
                        + (i < RefusedRun.GOOD)
                        + ";users 1-"
                        + i % 3
                        + ";"
                        + RefusedRun.code(i)
                        + ";\"a;\nb\";x;"
                        + (T0 + i * 1000L)
                        + ";30\n");
    RefusedRun.assertFound(temp, text, "variables");
    RefusedRun.assertFound(temp, text.replace("\n", "\r\n"), "lines of Windows");
  }
}
