package io.tollgate.jmeter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import eu.luminis.jmeter.wssampler.OpenWebSocketSampler;
import io.tollgate.testing.Plugin;
import org.apache.jmeter.engine.util.CompoundVariable;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerBase;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;
import org.apache.jmeter.protocol.java.sampler.JavaSampler;
import org.apache.jmeter.testelement.property.FunctionProperty;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import vn.zalopay.benchmark.GRPCSampler;

class SampleTargetTest {
  @BeforeAll
  static void ready() {
    Plugin.ready();
  }

  @ParameterizedTest
  @CsvSource({
    "https, api.example, 0, /v2, https://api.example:443",
    "http, api.example, 0, v2, http://api.example:80",
    "http, api.example, 8080, /v2, http://api.example:8080",
    "https, ignored.example, 0, https://other.example/v2, https://other.example:443",
    "http, ignored.example, 1, http://other.example:81/v2, http://other.example:81"
  })
  void anHttpSamplerTellsByItsFields(
      String protocol, String domain, int port, String path, String origin) {
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    sampler.setProtocol(protocol);
    sampler.setDomain(domain);
    if (port != 0) {
      sampler.setPort(port);
    }
    sampler.setPath(path);
    assertEquals(origin, SampleTarget.origin(sampler));
  }

  @Test
  void aWebSocketAndAGrpcCallTellTooAndOthersDoNot() {
    OpenWebSocketSampler webSocket = new OpenWebSocketSampler();
    webSocket.setServer("chat.example");
    webSocket.setPort("8443");
    webSocket.setTLS(true);
    assertEquals("https://chat.example:8443", SampleTarget.origin(webSocket));
    webSocket.setTLS(false);
    assertEquals("http://chat.example:8443", SampleTarget.origin(webSocket));

    GRPCSampler grpc = new GRPCSampler();
    grpc.setProperty("GRPCSampler.host", "grpc.example");
    grpc.setProperty("GRPCSampler.port", "50051");
    grpc.setProperty("GRPCSampler.tls", true);
    assertEquals("https://grpc.example:50051", SampleTarget.origin(grpc));

    assertNull(SampleTarget.origin(new JavaSampler()));
    assertNull(SampleTarget.origin(null));
  }

  /** Another evaluation of such a field might name another host, or run a counter once more. */
  @ParameterizedTest
  @CsvSource({
    "api.example, false",
    "${host}, false",
    "${__P(host)}, false",
    "${__P(host)}:${__env(PORT)}, false",
    "${__property(host)}.example, false",
    "n${__counter(FALSE)}.example, true",
    "${__P(host)}.n${__counter(FALSE)}, true",
    "${__P(n${__counter(FALSE)})}, true"
  })
  void aHostIsUndecidedIfAFunctionInItMayHaveAnotherValueNext(String host, boolean undecided) {
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    CompoundVariable function = new CompoundVariable(host);
    sampler.setProperty(new FunctionProperty(HTTPSamplerBase.DOMAIN, function));
    assertEquals(undecided, SampleTarget.isUndecided(sampler));
  }
}
