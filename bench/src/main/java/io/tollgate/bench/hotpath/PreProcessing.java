package io.tollgate.bench.hotpath;

import io.tollgate.Credential;
import io.tollgate.bench.TokenServer;
import io.tollgate.bench.peers.TokenEndpoint;
import io.tollgate.bench.peers.TollgatePeer;
import io.tollgate.jmeter.elements.AuthorizationPreProcessor;
import io.tollgate.tests.Layout;
import java.io.IOException;
import java.nio.file.Files;
import org.apache.jmeter.modifiers.JSR223PreProcessor;
import org.apache.jmeter.processor.PreProcessor;
import org.apache.jmeter.protocol.http.control.Header;
import org.apache.jmeter.protocol.http.control.HeaderManager;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;
import org.apache.jmeter.util.JMeterUtils;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The work before each sample that gives a sampler without headers its token. Scripts are compiled
 * once, as JMeter does with cached ones. Each method first undoes the one before, as JMeter does
 * between two samples.
 */
@State(Scope.Benchmark)
public class PreProcessing {
  private TokenServer server;
  private TollgatePeer peer;
  private Credential credential;
  private String recipe;
  private String constant;

  /** Fetches the token before the measurement. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    JMeterRuntime.start();
    server = TokenServer.start("hot-path");
    TokenEndpoint endpoint = server.endpoint();
    JMeterUtils.setProperty("token_url", endpoint.url().toString());
    JMeterUtils.setProperty("client_id", endpoint.clientId());
    JMeterUtils.setProperty("client_secret", endpoint.clientSecret());
    peer = new TollgatePeer(endpoint);
    credential = peer.credential();
    constant = credential.authorization();
    recipe = Files.readString(Layout.plan("recipe-before.groovy"));
  }

  /** Ends the server's process. */
  @TearDown(Level.Trial)
  public void close() {
    server.close();
  }

  /** Each JMeter thread has its own clones. */
  @State(Scope.Thread)
  public static class Elements {
    private HTTPSamplerProxy sampler;
    private AuthorizationPreProcessor element;
    private JSR223PreProcessor recipe;
    private JSR223PreProcessor tollgate;

    /** Runs each once: the recipe fetches its token, and a method without a token fails. */
    @Setup(Level.Trial)
    public void prepare(PreProcessing run) {
      sampler = JMeterRuntime.enter();
      element = new AuthorizationPreProcessor();
      element.setProfile(run.peer.profile());
      recipe = script(run.recipe);
      tollgate =
          script(
              "import io.tollgate.Tollgate\nTollgate.credential('"
                  + run.peer.profile()
                  + "').authorize(sampler)");
      for (PreProcessor each : new PreProcessor[] {element, recipe, tollgate}) {
        sampler.clearTestElementChildren();
        each.process();
        if (!authorization(sampler).startsWith("Bearer ")) {
          throw new IllegalStateException(each.getClass() + " gave the sampler no token");
        }
      }
    }

    private static JSR223PreProcessor script(String text) {
      JSR223PreProcessor made = new JSR223PreProcessor();
      made.setProperty("cacheKey", "true");
      made.setCacheKey("true");
      made.setScriptLanguage("groovy");
      made.setScript(text);
      return made;
    }
  }

  private static String authorization(HTTPSamplerProxy sampler) {
    HeaderManager headers = sampler.getHeaderManager();
    return headers == null ? "" : headers.getFirstHeaderNamed("Authorization").getValue();
  }

  /** The recipe: a token a thread, and a check of the expiry. */
  @Benchmark
  public Object recipe(Elements elements) {
    elements.sampler.clearTestElementChildren();
    elements.recipe.process();
    return elements.sampler;
  }

  /** Tollgate, called in a script. */
  @Benchmark
  public Object script(Elements elements) {
    elements.sampler.clearTestElementChildren();
    elements.tollgate.process();
    return elements.sampler;
  }

  /** Tollgate's element. */
  @Benchmark
  public Object element(Elements elements) {
    elements.sampler.clearTestElementChildren();
    elements.element.process();
    return elements.sampler;
  }

  /** JMeter's own work: a Header Manager with one constant header. No token. */
  @Benchmark
  public Object constant(Elements elements) {
    elements.sampler.clearTestElementChildren();
    HeaderManager headers = new HeaderManager();
    headers.add(new Header("Authorization", constant));
    elements.sampler.addTestElement(headers);
    return elements.sampler;
  }

  /** Tollgate, called from Java. */
  @Benchmark
  public Object authorize(Elements elements) {
    elements.sampler.clearTestElementChildren();
    credential.authorize(elements.sampler);
    return elements.sampler;
  }
}
