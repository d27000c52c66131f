package io.tollgate.cli.jtl;

/** One sample of a result file. Texts are empty where the file has none. */
public final class JtlSample {
  /** When it began, in ms since the epoch; 0 in a file without times. */
  public final long start;

  /** When it ended, in ms since the epoch. */
  public final long end;

  /** Its name in the plan. */
  public final String label;

  /** As JMeter writes it, for example {@code 401}. */
  public final String code;

  /** The response message. */
  public final String message;

  /** The thread's name. */
  public final String thread;

  /** Where it went. */
  public final String url;

  /** The response headers as lines, {@code null} where the file has none. */
  public final String headers;

  /** Whether JMeter counts it as good. */
  public final boolean success;

  /** How many samples it sums up: more than one of injectors that send statistics only. */
  public final long count;

  /** How many of them failed. */
  public final long failures;

  /** Whether its saved answer holds an access token. */
  public final boolean grantsToken;

  /** Whether it is a token request of Tollgate's own, from its journal. */
  public final boolean ofJournal;

  private JtlSample(Builder builder) {
    this.start = builder.start;
    this.end = builder.start + Math.max(0, builder.elapsed);
    this.label = builder.label;
    this.code = builder.code;
    this.message = builder.message;
    this.thread = builder.thread;
    this.url = builder.url;
    this.headers = builder.headers;
    this.success = builder.success;
    this.count = Math.max(1, builder.count);
    this.failures = Math.max(builder.success ? 0 : 1, Math.min(builder.failures, count));
    this.grantsToken = builder.grantsToken;
    this.ofJournal = builder.ofJournal;
  }

  /**
   * Finds a response header.
   *
   * @param name of the header, in any case
   * @return its value or {@code null}
   */
  public String header(String name) {
    if (headers == null) {
      return null;
    }
    for (String line : headers.split("\n")) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).trim().equalsIgnoreCase(name)) {
        return line.substring(colon + 1).trim();
      }
    }
    return null;
  }

  /** A sample whose fields are being read. */
  static final class Builder {
    long start;
    long elapsed;
    String label = "";
    String code = "";
    String message = "";
    String thread = "";
    String url = "";
    String headers;
    boolean success;
    long count;
    long failures;
    boolean grantsToken;
    boolean ofJournal;

    JtlSample build() {
      return new JtlSample(this);
    }

    /** What JMeter's HTTP samplers take for good, for files that do not say it. */
    static boolean isGood(String code) {
      return !code.startsWith("4")
          && !code.startsWith("5")
          && !code.startsWith("Non HTTP")
          && !code.startsWith("TOLLGATE_");
    }
  }
}
