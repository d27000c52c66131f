package io.tollgate.jmeter.http;

import org.apache.jmeter.protocol.http.control.Header;

/**
 * The {@code DPoP} header beside a {@link LiveHeader} whose token is bound to a key (RFC 9449): its
 * value is made anew each time the sampler asks for it, for the request that is about to be sent
 * and the token that was just read.
 *
 * <p>Clones share the state of their original. None of it travels to another JVM; the header is
 * empty there.
 */
public final class ProofHeader extends Header {
  static final String NAME = "DPoP";

  private static final long serialVersionUID = 1L;

  private transient SampleProofs sample;

  /** For JMeter, which clones elements by making new ones. */
  public ProofHeader() {
    super(NAME, "");
  }

  ProofHeader(SampleProofs sample) {
    this();
    this.sample = sample;
  }

  /**
   * Makes the proof now.
   *
   * @return for one request; empty if that carries no token
   */
  @Override
  public String getValue() {
    SampleProofs now = sample;
    return now == null ? "" : now.proof();
  }

  @Override
  public Object clone() {
    ProofHeader copy = (ProofHeader) super.clone();
    copy.sample = sample;
    return copy;
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other);
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }

  /** Never a proof: none is made for a log. */
  @Override
  public String toString() {
    return NAME + "\t(live)";
  }
}
