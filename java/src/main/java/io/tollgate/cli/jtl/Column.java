package io.tollgate.cli.jtl;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The columns that JMeter can save, in the order in which it writes them. */
enum Column {
  TIME_STAMP("timeStamp", "timestamp", "ts"),
  ELAPSED("elapsed", "elapsed", "responsetime"),
  LABEL("label", "label", "sampler_label"),
  RESPONSE_CODE("responseCode", "responsecode", "rc"),
  RESPONSE_MESSAGE("responseMessage", "responsemessage", "rm"),
  THREAD_NAME("threadName", "threadname", "tn"),
  DATA_TYPE("dataType", "datatype"),
  SUCCESS("success", "success", "successful"),
  FAILURE_MESSAGE("failureMessage", "failuremessage"),
  BYTES("bytes", "bytes"),
  SENT_BYTES("sentBytes", "sentbytes"),
  GRP_THREADS("grpThreads", "grpthreads"),
  ALL_THREADS("allThreads", "allthreads"),
  URL("URL", "url"),
  FILENAME("Filename", "filename"),
  LATENCY("Latency", "latency"),
  ENCODING("Encoding", "encoding"),
  SAMPLE_COUNT("SampleCount", "samplecount"),
  ERROR_COUNT("ErrorCount", "errorcount"),
  HOSTNAME("Hostname", "hostname"),
  IDLE_TIME("IdleTime", "idletime"),
  CONNECT("Connect", "connect"),
  /** Of sample variables; JMeter writes none. */
  RESPONSE_HEADERS("responseHeaders", "responseheaders");

  private static final Map<String, Column> BY_NAME = new HashMap<>();

  static {
    for (Column column : values()) {
      column.names.forEach(name -> BY_NAME.put(name, column));
    }
  }

  private final String title;
  private final List<String> names;

  Column(String title, String... names) {
    this.title = title;
    this.names = Arrays.asList(names);
  }

  /** The column of a header, {@code null} for a variable of the plan. */
  static Column named(String header) {
    return BY_NAME.get(header.trim().toLowerCase(Locale.ROOT));
  }

  @Override
  public String toString() {
    return title;
  }
}
