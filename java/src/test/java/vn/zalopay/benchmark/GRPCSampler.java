package vn.zalopay.benchmark;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.jmeter.samplers.AbstractSampler;
import org.apache.jmeter.samplers.Entry;
import org.apache.jmeter.samplers.SampleResult;

/**
 * Stands in for the sampler of that name, which is on no Maven repository: it reads its metadata
 * from the same property, and reports a status of gRPC in the same words.
 */
public final class GRPCSampler extends AbstractSampler {
  /** The metadata of each call. */
  public static final List<String> CALLS = new CopyOnWriteArrayList<>();

  /** What a failed call has as its message; {@code null}: calls succeed. */
  public static volatile String status;

  private static final long serialVersionUID = 232L;

  @Override
  public SampleResult sample(Entry ignored) {
    SampleResult result = new SampleResult();
    result.setSampleLabel(getName());
    String metadata = getPropertyAsString("GRPCSampler.metadata");
    CALLS.add(metadata);
    result.setRequestHeaders(metadata);
    result.sampleStart();
    result.sampleEnd();
    String failed = status;
    result.setSuccessful(failed == null);
    result.setResponseCode(failed == null ? "200" : " 500");
    result.setResponseMessage(failed == null ? " success" : failed);
    return result;
  }
}
