package io.tollgate.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.apache.jmeter.control.LoopController;
import org.apache.jmeter.engine.StandardJMeterEngine;
import org.apache.jmeter.engine.TreeCloner;
import org.apache.jmeter.engine.util.NoThreadClone;
import org.apache.jmeter.processor.PostProcessor;
import org.apache.jmeter.processor.PreProcessor;
import org.apache.jmeter.samplers.SampleEvent;
import org.apache.jmeter.samplers.SampleListener;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.samplers.Sampler;
import org.apache.jmeter.testelement.AbstractTestElement;
import org.apache.jmeter.testelement.TestElement;
import org.apache.jmeter.testelement.TestPlan;
import org.apache.jmeter.threads.JMeterContextService;
import org.apache.jmeter.threads.ThreadGroup;
import org.apache.jorphan.collections.ListedHashTree;

/** A plan of one sampler, run by JMeter's own engine in this JVM. */
public final class Plan {
  private final Sampler sampler;
  private final List<TestElement> beneath = new ArrayList<>();
  private int threads = 1;
  private int loops = 1;
  private int seconds;
  private TreeCloner cloner;

  private Plan(Sampler sampler) {
    this.sampler = sampler;
  }

  public static Plan of(Sampler sampler) {
    return new Plan(sampler);
  }

  public Plan threads(int number) {
    threads = number;
    return this;
  }

  public Plan loops(int number) {
    loops = number;
    return this;
  }

  /** Loops that long instead of a number of times. */
  public Plan seconds(int duration) {
    seconds = duration;
    return this;
  }

  /**
   * Runs a copy that this one makes, as JMeter's window does; scripts and listeners are lost by
   * that.
   */
  public Plan copiedBy(TreeCloner one) {
    cloner = one;
    return this;
  }

  /** Adds an element beneath the sampler. */
  public Plan with(TestElement element) {
    beneath.add(element);
    return this;
  }

  /** Adds a PreProcessor, which is given the sampler. */
  public Plan before(Consumer<Sampler> script) {
    return with(new Before(script));
  }

  /** Adds a PostProcessor, which is given {@code prev}. */
  public Plan after(Consumer<SampleResult> script) {
    return with(new After(script));
  }

  /** Runs it to its end; returns what a listener was told, in its order. */
  public List<SampleResult> run() {
    LoopController loop = new LoopController();
    loop.setLoops(seconds > 0 ? LoopController.INFINITE_LOOP_COUNT : loops);
    loop.setContinueForever(false);
    ThreadGroup group = new ThreadGroup();
    group.setName("group");
    group.setNumThreads(threads);
    group.setRampUp(0);
    group.setSamplerController(loop);
    group.setScheduler(seconds > 0);
    group.setDuration(seconds);
    Results results = new Results();
    TestPlan plan = new TestPlan("plan");
    ListedHashTree tree = new ListedHashTree();
    tree.add(plan);
    tree.add(plan, group);
    tree.getTree(plan).getTree(group).add(sampler, beneath);
    if (cloner == null) {
      tree.getTree(plan).getTree(group).add(sampler, results);
    } else {
      tree.traverse(cloner);
      tree = cloner.getClonedTree();
    }
    StandardJMeterEngine engine = new StandardJMeterEngine();
    engine.configure(tree);
    engine.run();
    return new ArrayList<>(results.all);
  }

  /** JMeter clones by making new ones; a script must not be lost by that. */
  private static final class Before extends AbstractTestElement
      implements PreProcessor, NoThreadClone {
    private static final long serialVersionUID = 1L;
    private final transient Consumer<Sampler> script;

    Before(Consumer<Sampler> script) {
      this.script = script;
    }

    @Override
    public void process() {
      script.accept(JMeterContextService.getContext().getCurrentSampler());
    }
  }

  private static final class After extends AbstractTestElement
      implements PostProcessor, NoThreadClone {
    private static final long serialVersionUID = 1L;
    private final transient Consumer<SampleResult> script;

    After(Consumer<SampleResult> script) {
      this.script = script;
    }

    @Override
    public void process() {
      script.accept(JMeterContextService.getContext().getPreviousResult());
    }
  }

  private static final class Results extends AbstractTestElement
      implements SampleListener, NoThreadClone {
    private static final long serialVersionUID = 1L;
    private final transient Queue<SampleResult> all = new ConcurrentLinkedQueue<>();

    @Override
    public void sampleOccurred(SampleEvent event) {
      all.add(event.getResult());
    }

    @Override
    public void sampleStarted(SampleEvent event) {
      // Nothing to do.
    }

    @Override
    public void sampleStopped(SampleEvent event) {
      // Nothing to do.
    }
  }
}
