package io.tollgate.bench.waves;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.bench.plans.PlanSection;
import io.tollgate.bench.report.Section;
import io.tollgate.bench.start.StartSection;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A missed goal is on the page like a met one, and a measurement that did not run has no result.
 */
class SectionsTest {
  @TempDir Path raw;

  @Test
  void withoutRawResultsNothingIsClaimed() throws Exception {
    for (Section section :
        new Section[] {
          new ColdStartSection(),
          new StormsSection(),
          new RefreshesSection(),
          new PlanSection(),
          new StartSection()
        }) {
      assertEquals(Section.NOT_RUN, written(section));
    }
  }

  @Test
  void aHerdIsJudgedByTheBestPeer() throws Exception {
    herd(79, 1);
    assertTrue(written(new ColdStartSection()).contains("| 79.0 against 80.0 ms | met"));
    herd(81, 2);
    String late = written(new ColdStartSection());
    assertTrue(late.contains("(quick) | 81.0 against 80.0 ms | **not met**"), late);
    assertTrue(late.contains("| one token request"), late);
    assertEquals(2, late.split("not met", -1).length - 1, late);
  }

  @Test
  void anExpiryIsJudgedByWhatItAddsToTheControl() throws Exception {
    expiry(1.4);
    assertTrue(written(new StormsSection()).contains("1.40 against 1.00 ms | met"));
    expiry(1.6);
    assertTrue(written(new StormsSection()).contains("1.60 against 1.00 ms | **not met**"));
  }

  @Test
  void aPlanWhoseIntervalReachesOverTheGoalIsNotShownToMeetIt() throws Exception {
    plan("[100, 100, 100, 100]", "[100, 101, 100, 101]");
    assertTrue(written(new PlanSection()).contains("1.005 (0.996–1.014) | **not shown**"));
    plan("[100, 100, 100, 100]", "[100, 100.1, 100, 100.1]");
    assertTrue(written(new PlanSection()).contains("| met"));
    plan("[100, 100, 100, 100]", "[110, 110.1, 110, 110.1]");
    assertTrue(written(new PlanSection()).contains("| **not met**"));
  }

  @Test
  void aPlanThatWasCutOffIsJudgedByWhatThereIs() throws Exception {
    String jvm = "[{'constant':[100,100],'element':[100,100]}]";
    write(
        "plans",
        "{'pairs':4,'samples':1000,'took_seconds':1,'goal':'element',"
            + "'names':{'constant':'a constant header','element':'e'},'threads_50':"
            + jvm
            + "}");
    String page = written(new PlanSection());
    assertTrue(page.contains("within 1 %, 50 threads") && !page.contains("500"), page);
  }

  @Test
  void aStartIsJudgedByWhatTheEngineSaysOfIt() throws Exception {
    start(29);
    assertTrue(written(new StartSection()).contains(" 29 ms | met"));
    start(30);
    String page = written(new StartSection());
    assertTrue(page.contains(" 30 ms | **not met**"), page);
    assertTrue(page.contains("4.0 MiB for one platform, and 3.0 MiB without the server"), page);
  }

  private void start(int waited) throws IOException {
    write(
        "start",
        "{'jar_bytes':4194304,'server_packed_bytes':1048576,'library_bytes':7340032,"
            + "'library_packed_bytes':3145728,'engine_millis':[400],'waited_millis':[1,"
            + waited
            + ",90],'library_millis':[1],'network_millis':[1],'first_millis':[1.5],"
            + "'with_millis':[1],'without_millis':[1]}");
  }

  private void herd(double tollgate, int requests) throws IOException {
    write(
        "herd",
        "{'threads':1000,'latency_millis':50,'repetitions':1,'peers':{"
            + peer("tollgate", tollgate, requests)
            + ","
            + peer("slow", 90, 1)
            + ","
            + peer("quick", 80, 1)
            + ","
            + peer("control", 60, 0)
            + "}}");
  }

  private static String peer(String name, double last, int requests) {
    return String.format(
        "'%s':{'name':'%s','last_millis':[%s],'median_millis':[50],'requests':[%d]}",
        name, name, last, requests);
  }

  private void expiry(double own) throws IOException {
    write(
        "storms",
        "{'threads':500,'latency_millis':50,'rounds':1,'outage_millis':3000,'queue_told':true,"
            + "'peers':{'tollgate':{'name':'t','expiry':[{'worst_own_millis':"
            + own
            + "}]},'constant':{'name':'c','expiry':[{'worst_own_millis':1.0}]}}}");
  }

  private void plan(String constant, String element) throws IOException {
    String jvm = "[{'constant':" + constant + ",'element':" + element + "}]";
    write(
        "plans",
        "{'pairs':4,'samples':1000,'took_seconds':1,'goal':'element',"
            + "'names':{'constant':'a constant header','element':'e'},"
            + "'threads_50':"
            + jvm
            + ",'threads_500':"
            + jvm
            + "}");
  }

  private void write(String name, String json) throws IOException {
    Files.writeString(raw.resolve(name + ".json"), json.replace('\'', '"'));
  }

  private String written(Section section) throws IOException {
    StringWriter to = new StringWriter();
    section.write(to, raw);
    return to.toString();
  }
}
