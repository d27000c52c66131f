package io.tollgate.jmeter.http;

/**
 * What a request that JMeter is about to send is to its sample. Nothing but the stack tells: the
 * same method sends them all and passes on nothing of what it knows of each.
 */
enum RequestCause {
  /** The sample's own request. */
  REQUEST,
  /** To where the answer before it pointed. */
  REDIRECT,
  /** For a picture or a script of the page that came. */
  EMBEDDED;

  private static final String SAMPLERS = "org.apache.jmeter.protocol.http.sampler.";

  /** The kind of the request that this thread is about to send. */
  static RequestCause underWay() {
    RequestCause found = REQUEST;
    for (StackTraceElement frame : new Throwable().getStackTrace()) {
      if (!frame.getClassName().startsWith(SAMPLERS)) {
        continue;
      }
      if (frame.getMethodName().equals("downloadPageResources")
          || frame.getClassName().endsWith("$ASyncSample")) {
        return EMBEDDED;
      }
      if (frame.getMethodName().equals("followRedirects")) {
        found = REDIRECT;
      }
    }
    return found;
  }
}
