package io.tollgate.jmeter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.tollgate.testing.Plugin;
import org.apache.jmeter.control.LoopController;
import org.apache.jmeter.threads.JMeterContextService;
import org.apache.jmeter.threads.JMeterThread;
import org.apache.jmeter.threads.ThreadGroup;
import org.apache.jorphan.collections.ListedHashTree;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JMeterHostTest {
  private final JMeterHost host = new JMeterHost();

  @BeforeEach
  void start() {
    Plugin.ready();
    ThreadGroup group = new ThreadGroup();
    group.setName("group");
    JMeterContextService.getContext().setThreadGroup(group);
  }

  @AfterEach
  void stop() {
    JMeterContextService.getContext().setThreadGroup(null);
    JMeterContextService.getContext().setThread(null);
    JMeterContextService.getContext().setThreadNum(0);
  }

  private long key(JMeterThread thread, String name) {
    thread.setThreadName(name);
    JMeterContextService.getContext().setThread(thread);
    return host.threadKey();
  }

  private static ListedHashTree tree() {
    ListedHashTree tree = new ListedHashTree();
    tree.add(new LoopController());
    return tree;
  }

  /** They share a group without a name, and the number 0. */
  @Test
  void threadsThatAnotherPluginStartsBelowAThreadHaveKeysOfTheirOwn() {
    class Below extends JMeterThread {
      Below() {
        super(tree(), null, null);
      }
    }

    assertNotEquals(key(new Below(), "1-1 - one"), key(new Below(), "1-1 - two"));
    assertEquals(key(new Below(), "1-1 - one"), key(new Below(), "1-1 - one"));
  }

  @Test
  void theKeyOfAThreadOfAGroupIsItsNumberThere() {
    JMeterContextService.getContext().setThreadNum(7);
    long key = key(new JMeterThread(tree(), null, null), "whatever");
    assertEquals(7, (int) key);
    assertEquals("group".hashCode(), (int) (key >> 32));
  }
}
