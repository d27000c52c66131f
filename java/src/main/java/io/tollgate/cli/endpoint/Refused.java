package io.tollgate.cli.endpoint;

/** A request that gets no token; the answer says why. */
final class Refused extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Answer answer;

  Refused(Answer answer) {
    super(null, null, false, false);
    this.answer = answer;
  }

  Answer answer() {
    return answer;
  }
}
