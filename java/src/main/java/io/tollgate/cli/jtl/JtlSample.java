package io.tollgate.cli.jtl;

/** One sample of a result file. Texts are empty where the file has none. */
public final class JtlSample {
  /** When it began, in ms since the epoch. */
  public final long start;

  /** When it ended, in ms since the epoch. */
  public final long end;

  /** Its name in the plan. */
  public final String label;

  /** As JMeter writes it, for example {@code 401}. */
  public final String code;

  /** The response message. */
  public final String message;

  /** Of the thread. */
  public final String thread;

  /** Where it went. */
  public final String url;

  /** The response headers as lines, {@code null} where the file has none. */
  public final String headers;

  /** Whether JMeter takes it for good. */
  public final boolean success;

  JtlSample(
      long start,
      long elapsed,
      String label,
      String code,
      String message,
      String thread,
      String url,
      String headers,
      boolean success) {
    this.start = start;
    this.end = start + Math.max(0, elapsed);
    this.label = label;
    this.code = code;
    this.message = message;
    this.thread = thread;
    this.url = url;
    this.headers = headers;
    this.success = success;
  }

  /**
   * Tells one response header.
   *
   * @param name in lower case
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
}
