package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Tollgate;
import io.tollgate.testing.Api;
import io.tollgate.testing.Plan;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.jmeter.engine.util.CompoundVariable;
import org.apache.jmeter.protocol.http.control.Header;
import org.apache.jmeter.protocol.http.sampler.HTTPSampleResult;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerBase;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.testelement.property.FunctionProperty;
import org.apache.jmeter.testelement.property.JMeterProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With {@code allowed_hosts} each request is judged by where it goes, whatever sends it. */
class AllowedHostsTest {
  private TokenServer server;
  private Map<String, Object> settings;
  private String name;

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
    settings = server.settings();
    settings.put("allowed_hosts", "127.0.0.1");
    name = Plugin.newName();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Plan plan(HTTPSamplerBase sampler) {
    Tollgate.define(name, settings);
    return Plan.of(sampler).with(Elements.authorization(name)).with(Elements.feedback());
  }

  /** The paths of the requests, each with + if it carried the token, in their order. */
  private List<String> paths(Api api) {
    return api.requests().stream()
        .map(request -> request.replace(" Bearer " + server.token(1), "+").split(" ")[0])
        .collect(Collectors.toList());
  }

  private static List<String> list(String... paths) {
    return Stream.of(paths).collect(Collectors.toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"HttpClient4", "Java"})
  void redirectsAndPicturesHaveTheTokenOnAllowedHostsOnly(String implementation) {
    try (Api api =
        new Api(
            exchange -> {
              String host = "http://localhost:" + exchange.getLocalAddress().getPort();
              if (exchange.getRequestURI().getPath().equals("/leave")) {
                exchange.getResponseHeaders().set("Location", host + "/back");
                return 302;
              }
              if (exchange.getRequestURI().getPath().equals("/back")) {
                exchange
                    .getResponseHeaders()
                    .set("Location", host.replace("localhost", "127.0.0.1"));
                return 302;
              }
              return 200;
            })) {
      api.page(
          "<html><img src='/a.png'><img src='http://localhost:" + api.port() + "/b.png'></html>");
      HTTPSamplerProxy sampler = api.sampler("/start");
      sampler.setImplementation(implementation);
      sampler.setImageParser(true);
      assertTrue(plan(sampler).loops(2).run().get(0).isSuccessful());
      assertEquals(
          list("/start+", "/page+", "/a.png+", "/b.png", "/start+", "/page+", "/a.png+", "/b.png"),
          paths(api));
      HTTPSamplerProxy leaves = api.sampler("/leave");
      leaves.setImplementation(implementation);
      assertTrue(plan(leaves).run().get(0).isSuccessful());
      assertEquals(list("/leave+", "/back", "/+"), paths(api).subList(8, 11));
    }
    assertEquals(1, server.requests());
    assertTrue(status().contains("\"hosts\":{\"strayed\":0,\"withheld\":1}"), status());
  }

  @Test
  void picturesThatOtherThreadsDownloadHaveNoTokenForNobodyTellsWhereTheyAre() {
    try (Api api = new Api()) {
      HTTPSamplerProxy sampler = api.sampler("/page");
      sampler.setImageParser(true);
      sampler.setConcurrentDwn(true);
      assertTrue(plan(sampler).run().get(0).isSuccessful());
      assertEquals(
          list("/a.png", "/b.png", "/page+"),
          paths(api).stream().sorted().collect(Collectors.toList()));
    }
  }

  @Test
  void aSamplerOfAnotherClassHasTheTokenInItsOwnRequestAndInNoneOfItsResources() {
    try (Api api = new Api()) {
      OtherSampler sampler = new OtherSampler();
      sampler.setName("other");
      sampler.setProtocol("http");
      sampler.setDomain("127.0.0.1");
      sampler.setPort(api.port());
      sampler.setPath("/page");
      sampler.setMethod("GET");
      sampler.resource = "http://localhost:" + api.port() + "/a.png";
      assertTrue(plan(sampler).loops(2).run().get(0).isSuccessful());
      assertEquals(list("/page+", "/a.png", "/page+", "/a.png"), paths(api));
    }
  }

  @Test
  void aHostThatALaterPreProcessorChangesIsJudgedAsItIsSent() {
    try (Api api = new Api()) {
      List<SampleResult> results =
          plan(api.sampler("/v2"))
              .before(sampler -> sampler.setProperty(HTTPSamplerBase.DOMAIN, "localhost"))
              .run();
      assertTrue(results.get(0).isSuccessful());
      assertEquals(list("/v2"), paths(api));
      assertTrue(status().contains("\"withheld\":1"), status());
    }
  }

  @Test
  void aHostThatAFunctionNamesIsJudgedAsItIsSentAndNamedOnce() throws Exception {
    try (Api api = new Api()) {
      HTTPSamplerProxy sampler = api.sampler("/");
      CompoundVariable path = new CompoundVariable("/n${__counter(FALSE,)}");
      CompoundVariable host = new CompoundVariable("127.0.0.${__counter(FALSE,)}");
      sampler.setProperty(new FunctionProperty(HTTPSamplerBase.PATH, path));
      sampler.setProperty(new FunctionProperty(HTTPSamplerBase.DOMAIN, host));
      assertTrue(path.hasFunction(), "there are no functions here");
      settings.put("allowed_hosts", "127.0.0.1, 127.0.0.3");
      List<SampleResult> results = plan(sampler).loops(3).run();
      List<String> sent =
          results.stream()
              .map(result -> result.getURL().getHost() + result.getURL().getPath())
              .collect(Collectors.toList());
      assertEquals(list("127.0.0.1/n1", "127.0.0.2/n2", "127.0.0.3/n3"), sent);
      List<String> authorized =
          results.stream()
              .map(result -> String.valueOf(result.getRequestHeaders().contains("Bearer ")))
              .collect(Collectors.toList());
      assertEquals(list("true", "false", "true"), authorized);
    }
  }

  private String status() {
    return Tollgate.credential(name).status();
  }

  /**
   * Downloads the resources of a page by a sampler of its own, which it gives the Header Manager of
   * the page: the shape of bzm HTTP2.
   */
  public static final class OtherSampler extends HTTPSamplerBase {
    private static final long serialVersionUID = 1L;

    private String resource = "";

    @Override
    public Object clone() {
      OtherSampler copy = (OtherSampler) super.clone();
      copy.resource = resource;
      return copy;
    }

    @Override
    protected HTTPSampleResult sample(URL url, String method, boolean redirected, int depth) {
      HTTPSampleResult result = new HTTPSampleResult();
      result.sampleStart();
      try {
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        for (JMeterProperty each : getHeaderManager().getHeaders()) {
          Header header = (Header) each.getObjectValue();
          connection.setRequestProperty(header.getName(), header.getValue());
        }
        result.setResponseCode(String.valueOf(connection.getResponseCode()));
        result.setSuccessful(true);
        if (depth == 0) {
          OtherSampler own = new OtherSampler();
          own.setHeaderManager(getHeaderManager());
          own.sample(new URL(resource), "GET", false, 1);
        }
      } catch (java.io.IOException e) {
        result.setResponseMessage(e.toString());
      }
      result.setURL(url);
      result.sampleEnd();
      return result;
    }
  }
}
