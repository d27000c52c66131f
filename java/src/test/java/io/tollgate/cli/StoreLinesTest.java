package io.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.profile.StoreState;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.UnsupportedEncodingException;
import org.junit.jupiter.api.Test;

/** What the engine says of a store, in the words of {@code fleet}. */
class StoreLinesTest {
  private final Report report = new Report("api", null);

  private String printed(String json) throws UnsupportedEncodingException {
    StoreLines lines = new StoreLines(report, StoreState.read(json.replace('\'', '"')));
    lines.ofTheStore();
    lines.ofTheFleet();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    report.print(new PrintStream(out, true, "UTF-8"));
    return out.toString("UTF-8").replace(System.lineSeparator(), "\n");
  }

  @Test
  void whatInjectorsShareIsToldLineByLine() throws Exception {
    String one =
        "{'title':'profile api','name':'ab12cd34','refresh_token':'kept',"
            + "'token':{'state':'valid','generation':'17','requested_ms_ago':24000,"
            + "'ends_in_ms':576000,'replaced_refused':{'distance_ms':10000,'certain_401s':3}},"
            + "'lease':{'owner':'3fa9c1','held_ms':2000,'left_ms':58000}}";
    String other =
        "{'title':'','name':'ff00ff00','refresh_token':'sent','lease':null,"
            + "'token':{'state':'refused','generation':'5','requested_ms_ago':60000,"
            + "'ends_in_ms':-5000,'replaced_refused':null}}";
    String third =
        "{'title':'','name':'00ff00ff','refresh_token':'none','lease':null,'token':null}";
    String told =
        printed(
            "{'store':'redis://one','problems':[],'took_micros':1400,'clock_ahead_ms':-42000,"
                + "'empty':false,'other_clients':2,'more_lanes':28,'clients':[{'client':'me',"
                + "'gate':{'left_ms':276000,'heard_ms_ago':24000},'refusals':[],"
                + "'budget':{'used':10,'most':10,'window_ms':3600000},'last_request_ms_ago':24000,"
                + "'more_credentials':7,'credentials':["
                + one
                + ","
                + other
                + ","
                + third
                + "]}]}");
    assertEquals(
        "profile 'api'\n"
            + "  ok      store     redis://one answers in 1 ms\n"
            + "  note    clock     the store's clock is 42 s behind ours: no harm, since"
            + " injectors go by the store's\n"
            + "  note    gate      closed for another 4.6 min: the token server asked one injector"
            + " to wait, 24 s ago\n"
            + "  note    budget    10 of 10 token requests in the last 60 min\n"
            + "  ok      requests  the last one was granted 24 s ago\n"
            + "  ok      token     profile api: ends in 9.6 min, requested 24 s ago, generation"
            + " 17; it replaced one that the API refused, and the next two such are 10 s apart;"
            + " a refresh token is kept\n"
            + "  note    request   profile api: in flight for 2 s, by the injector 3fa9c1…; its"
            + " lease ends in 58 s at the latest\n"
            + "  note    token     credential ff00ff00: refused by the API, ended 5 s ago,"
            + " requested 60 s ago, generation 5; its refresh token was sent and not answered: the"
            + " next request signs in anew\n"
            + "  note    token     credential 00ff00ff: none\n"
            + "  note    token     and 7 more credentials\n"
            + "  note    token     and 28 more of the profile\n",
        told);
    assertFalse(report.hasProblems());
  }

  @Test
  void eachProblemIsALineOfItsOwn() throws Exception {
    String told =
        printed(
            "{'store':'redis://one','problems':['a key is not ours','it is full'],"
                + "'took_micros':900,'clock_ahead_ms':0,'empty':false,'clients':[{'client':'a',"
                + "'gate':null,'refusals':[{'status':401,'error':'invalid_client',"
                + "'message':'HTTP 401, invalid_client','left_ms':300000,'key':'K'}],"
                + "'credentials':[{'title':'p','token':{'state':'foreign'}}]},"
                + "{'client':'b','gate':null,'refusals':[],'credentials':[]}]}");
    for (String line :
        new String[] {
          "ok      store    redis://one answers in less than 1 ms\n",
          "PROBLEM store    redis://one: a key is not ours\n",
          "PROBLEM store    redis://one: it is full\n",
          "PROBLEM refused  the token server refused client 'a': HTTP 401, invalid_client (401).",
          "for 5 min. Check client_id and client_secret; mended at the server, redis-cli del 'K'",
          "ok      gate     client 'a': open\n",
          "ok      gate     client 'b': open\n"
        }) {
      assertTrue(told.contains(line), () -> line + " is not in " + told);
    }
    assertFalse(told.contains("ok      token"), told);
    assertEquals(Exit.FOUND, report.exit());
  }

  @Test
  void anEmptyStoreSaysWhyThatMayBe() throws Exception {
    String told =
        printed(
            "{'store':'redis://one','problems':[],'took_micros':900,'clock_ahead_ms':0,"
                + "'empty':true,'other_clients':2,'clients':[]}");
    assertTrue(told.contains("client_secret, store_key or token_url. Other clients"), told);
    assertTrue(told.contains("that have records here: 2"), told);
    assertFalse(report.hasProblems());
  }
}
