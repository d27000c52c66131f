package io.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.testing.CpuWait;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import io.tollgate.testing.Until;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.jmeter.control.LoopController;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;
import org.apache.jmeter.threads.JMeterContextService;
import org.apache.jmeter.threads.JMeterThread;
import org.apache.jmeter.threads.JMeterThreadMonitor;
import org.apache.jmeter.threads.ListenerNotifier;
import org.apache.jorphan.collections.ListedHashTree;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever ends a JMeter thread ends its wait within 250 ms, and is told from a time-out. */
class StoppingTest {
  private static final long LIMIT_MILLIS = 250;

  /** The work of those who wake and end, on a processor of their own. */
  private static final long WORK_MILLIS = 250;

  /** A wait that is not over by then has not ended; how late it was is judged apart from this. */
  private static final long ENDED_MILLIS = TimeUnit.SECONDS.toMillis(60);

  private static final JMeterThreadMonitor NOBODY = thread -> {};

  private final CpuWait cpuWait = new CpuWait();

  private TokenServer server;
  private Credential credential;

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
    server.hold();
    credential = Tollgate.define(Plugin.newName(), server.settings());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void anInterruptEndsTheWaitAndStaysSet() throws Exception {
    Waiting waiting = new Waiting(jmeterThread(), () -> credential.token());
    long start = System.nanoTime();
    waiting.thread.interrupt();
    waiting.endsWith(ErrorCode.STOPPED, start);
    assertTrue(waiting.interrupted);
  }

  @Test
  void aPlainShutdownEndsTheWait() throws Exception {
    JMeterThread jmeterThread = jmeterThread();
    Waiting waiting = new Waiting(jmeterThread, () -> credential.token());
    long start = System.nanoTime();
    jmeterThread.stop();
    waiting.endsWith(ErrorCode.STOPPED, start);
    assertFalse(waiting.interrupted);
  }

  @Test
  void aThreadWhoseProfileCannotWorkIsHeldSoThatALoopingPlanDoesNotFloodItsResults() {
    Credential undefined = Tollgate.credential(Plugin.newName());
    long start = System.nanoTime();
    assertEquals(
        ErrorCode.CONFIG, assertThrows(TollgateException.class, undefined::token).getCode());
    assertTrue(System.nanoTime() - start >= TimeUnit.SECONDS.toNanos(1));

    start = System.nanoTime();
    Thread.currentThread().interrupt();
    assertThrows(TollgateException.class, undefined::token);
    assertTrue(Thread.interrupted());
    endsInTime(start);
  }

  @Test
  void atItsScheduledEndAThreadEndsRatherThanFailASample() throws Exception {
    server.release();
    String token = credential.token();
    server.hold();
    credential.report(401, null, token);
    Waiting waiting = endsOnSchedule(new HTTPSamplerProxy());
    assertEquals(null, waiting.failure.get());
    assertTrue(waiting.stopped, "the thread is told to end rather than to sample");
  }

  @Test
  void whereNoTokenEverCameTheSampleFailsAtTheScheduledEnd() throws Exception {
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    Waiting waiting = endsOnSchedule(sampler);
    assertFalse(waiting.stopped, "a result without samples would look like nothing to do");
    TollgateException e =
        assertThrows(TollgateException.class, () -> sampler.getHeaderManager().get(0).getValue());
    assertEquals(ErrorCode.STOPPED, e.getCode());
  }

  @Test
  void aSampleThatHasBegunOutlastsTheScheduleByNoMoreThanASecond() throws Exception {
    HTTPSamplerProxy sampler = begunAndThenWithoutToken();
    JMeterThread jmeterThread = jmeterThread();
    long end = endsIn500(jmeterThread);
    Waiting waiting = new Waiting(jmeterThread, () -> sampler.getHeaderManager().get(0).getValue());
    waiting.thread.join(ENDED_MILLIS);
    long late = System.currentTimeMillis() - end;
    assertTrue(late >= 1000, "ended " + late + " ms after the scheduled end");
    cpuWait.allows(late, 1000 + LIMIT_MILLIS + WORK_MILLIS, "what came after the scheduled end");
    assertEquals(ErrorCode.STOPPED, waiting.failure.get().getCode());
  }

  @Test
  void aSampleThatHasBegunIsServedAfterItsThreadsScheduledEnd() throws Exception {
    HTTPSamplerProxy sampler = begunAndThenWithoutToken();
    JMeterThread jmeterThread = new JustEnded();
    long end = endsIn500(jmeterThread);
    Waiting waiting = new Waiting(jmeterThread, () -> sampler.getHeaderManager().get(0).getValue());
    Until.holds("the scheduled end is over", () -> System.currentTimeMillis() > end + 250);
    server.release();
    waiting.thread.join(ENDED_MILLIS);
    assertFalse(waiting.thread.isAlive());
    assertEquals(null, waiting.failure.get());
  }

  /** A sampler whose token died between its PreProcessor and its request. */
  private HTTPSamplerProxy begunAndThenWithoutToken() {
    server.release();
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    credential.authorize(sampler);
    String token = credential.token();
    server.hold();
    credential.report(401, null, token);
    return sampler;
  }

  private Waiting endsOnSchedule(HTTPSamplerProxy sampler) throws InterruptedException {
    JMeterThread jmeterThread = jmeterThread();
    long end = endsIn500(jmeterThread);
    Waiting waiting = new Waiting(jmeterThread, () -> credential.authorize(sampler));
    waiting.thread.join(ENDED_MILLIS);
    long late = System.currentTimeMillis() - end;
    assertTrue(late >= 0, "ended " + late + " ms after the scheduled end");
    cpuWait.allows(late, LIMIT_MILLIS + WORK_MILLIS, "what came after the scheduled end");
    return waiting;
  }

  private static long endsIn500(JMeterThread jmeterThread) {
    long end = System.currentTimeMillis() + 500;
    jmeterThread.setScheduled(true);
    jmeterThread.setEndTime(end);
    return end;
  }

  @Test
  void aPauseEndsLikeAWait() throws Exception {
    server.release();
    String token = credential.token();
    credential.report(429, Collections.singletonMap("retry-after", "60"), token);
    assertTrue(credential.pauseMillis() > 50_000, credential.status());
    JMeterThread jmeterThread = jmeterThread();
    Waiting waiting = new Waiting(jmeterThread, () -> credential.pause());
    long start = System.nanoTime();
    jmeterThread.stop();
    waiting.thread.join(ENDED_MILLIS);
    endsInTime(start);
    assertFalse(credential.status().contains("\"paused_ms\":0,"), credential.status());
  }

  private void endsInTime(long start) {
    long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    cpuWait.allows(took, LIMIT_MILLIS + WORK_MILLIS, "the end of the wait");
  }

  /** A JMeter thread that runs nothing; its context is put on the thread that waits. */
  private static JMeterThread jmeterThread() {
    JMeterThread thread = new JMeterThread(nothing(), NOBODY, new ListenerNotifier());
    thread.setThreadName("test");
    return thread;
  }

  private static ListedHashTree nothing() {
    ListedHashTree tree = new ListedHashTree();
    tree.add(new LoopController());
    return tree;
  }

  /** Once its scheduled end has come, it came a moment ago, however late this test is. */
  private static final class JustEnded extends JMeterThread {
    JustEnded() {
      super(nothing(), NOBODY, new ListenerNotifier());
      setThreadName("test");
    }

    @Override
    public long getEndTime() {
      return Math.max(super.getEndTime(), System.currentTimeMillis() - 1);
    }
  }

  /** A thread that has begun to wait. */
  private final class Waiting {
    final AtomicReference<TollgateException> failure = new AtomicReference<>();
    final Thread thread;
    volatile boolean interrupted;
    volatile boolean stopped;

    Waiting(JMeterThread jmeterThread, Runnable wait) {
      thread =
          new Thread(
              () -> {
                JMeterContextService.getContext().setThread(jmeterThread);
                try {
                  wait.run();
                } catch (TollgateException e) {
                  failure.set(e);
                }
                interrupted = Thread.currentThread().isInterrupted();
                stopped = isStopped();
              });
      thread.start();
      // One whose scheduled end comes before this is looked at has waited, or need not any more.
      Until.holds("it waits", () -> waits(thread) || !thread.isAlive());
    }

    private boolean waits(Thread it) {
      return it.getState() == Thread.State.TIMED_WAITING;
    }

    private boolean isStopped() {
      return io.tollgate.run.Hosts.current().stopRequested();
    }

    void endsWith(ErrorCode code, long start) throws InterruptedException {
      thread.join(ENDED_MILLIS);
      endsInTime(start);
      assertEquals(code, failure.get().getCode());
    }
  }
}
