package io.tollgate.jmeter.grpc;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.jmeter.sample.ClassNames;
import io.tollgate.jmeter.sample.SampleCredential;
import io.tollgate.profile.Lease;
import io.tollgate.profile.TokenPlacement;
import io.tollgate.profile.TokenSource;
import org.apache.jmeter.testelement.TestElement;

/**
 * One sample of the gRPC Request sampler ({@code vn.zalopay.benchmark.GRPCSampler} and what was
 * made of it), which has no Header Manager: the token goes into its metadata, a property of the
 * sampler that JMeter puts back after the sample.
 *
 * <p>The property is a string, so the token is as old as the timers that follow. Where there is
 * none the sampler must not run: it records what its property throws without a time.
 */
public final class GrpcSample {
  private static final String SAMPLER = "vn.zalopay.benchmark.GRPCSampler";
  private static final String METADATA = "GRPCSampler.metadata";
  private static final String HOST = "GRPCSampler.host";
  private static final String PORT = "GRPCSampler.port";
  private static final String TLS = "GRPCSampler.tls";

  private GrpcSample() {}

  public static boolean isSampler(Object sampler) {
    return ClassNames.isA(SAMPLER, sampler);
  }

  /** Where it is about to connect to. */
  public static String origin(Object sampler) {
    TestElement element = (TestElement) sampler;
    return (element.getPropertyAsBoolean(TLS) ? "https" : "http")
        + "://"
        + element.getPropertyAsString(HOST)
        + ":"
        + element.getPropertyAsString(PORT);
  }

  /**
   * Waits for a token if need be and puts it into the metadata of the sample about to run.
   *
   * @throws TollgateException if none is to be had
   */
  public static void authorize(TokenSource source, Object sampler) {
    TestElement element = (TestElement) sampler;
    Lease lease = source.acquire();
    if (lease.isBound()) {
      throw new TollgateException(
          ErrorCode.CONFIG,
          source.title()
              + ": the gRPC sampler cannot carry a token that is bound to a key (dpop=true): a"
              + " proof is made for HTTP requests");
    }
    TokenPlacement placement = source.placement();
    if (placement.header() == null) {
      throw new TollgateException(
          ErrorCode.CONFIG,
          source.title()
              + ": the gRPC sampler has no query that a token could go into (token_place=query);"
              + " set token_place=header");
    }
    GrpcMetadata metadata = new GrpcMetadata(element.getPropertyAsString(METADATA));
    metadata.put(placement.header(), placement.headerValue(lease.authorization()));
    source.apiHeaders().forEach(header -> metadata.put(header.name(), header.value()));
    element.setProperty(METADATA, metadata.toString());
    SampleCredential.carries(source, lease);
  }
}
