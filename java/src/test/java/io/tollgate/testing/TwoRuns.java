package io.tollgate.testing;

import org.apache.jmeter.config.Arguments;
import org.apache.jmeter.control.LoopController;
import org.apache.jmeter.engine.StandardJMeterEngine;
import org.apache.jmeter.protocol.java.sampler.JavaSampler;
import org.apache.jmeter.testelement.TestPlan;
import org.apache.jmeter.threads.ThreadGroup;
import org.apache.jmeter.util.JMeterUtils;
import org.apache.jorphan.collections.ListedHashTree;

/**
 * The main class of a child JVM: runs one plan twice in JMeter's own engine, as its GUI does. The
 * plan names no function and no element of Tollgate but a Java Request.
 */
public final class TwoRuns {
  private TwoRuns() {}

  public static void main(String[] arguments) throws Exception {
    String home = arguments[1];
    JMeterUtils.setJMeterHome(home);
    JMeterUtils.loadJMeterProperties(home + "/bin/jmeter.properties");
    JMeterUtils.initLocale();
    JMeterUtils.setProperty(
        "tollgate.profile.runs.token_url", "http://127.0.0.1:" + arguments[0] + "/token");
    JMeterUtils.setProperty("tollgate.profile.runs.client_id", "demo");
    JMeterUtils.setProperty("tollgate.profile.runs.client_secret", "literal:demo-secret");
    for (int run = 0; run < 2; run++) {
      StandardJMeterEngine engine = new StandardJMeterEngine();
      engine.configure(plan());
      engine.run();
      System.out.println("run " + run + " ended");
    }
  }

  private static ListedHashTree plan() {
    Arguments parameters = new Arguments();
    parameters.addArgument("profile", "runs");
    JavaSampler sampler = new JavaSampler();
    sampler.setName("token");
    sampler.setClassname("io.tollgate.jmeter.TokenSampler");
    sampler.setArguments(parameters);
    LoopController loop = new LoopController();
    loop.setLoops(1);
    loop.setContinueForever(false);
    ThreadGroup group = new ThreadGroup();
    group.setName("group");
    group.setNumThreads(2);
    group.setRampUp(0);
    group.setSamplerController(loop);
    TestPlan plan = new TestPlan("plan");
    ListedHashTree tree = new ListedHashTree();
    tree.add(plan);
    tree.add(plan, group);
    tree.getTree(plan).add(group, sampler);
    return tree;
  }
}
