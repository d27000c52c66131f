package io.tollgate.cli;

import static io.tollgate.cli.Explained.HEADER;
import static io.tollgate.cli.Explained.T0;
import static io.tollgate.cli.Explained.byEnd;
import static io.tollgate.cli.Explained.line;
import static io.tollgate.cli.Explained.lines;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What came before the first 401 is said before it, and no failure goes without a word. */
class CauseOfRefusalsTest {
  private static final String TIMEOUT = "Non HTTP response code: java.net.SocketTimeoutException";
  private static final String SHOP = "https://shop.example.com/";

  @TempDir Path temp;

  /** Of 30 threads each sixth waits 15 s for its login in vain and then works without a token. */
  private static String loginsOfThirtyThreads() {
    return byEnd(
        lines(
            30,
            t -> {
              boolean failed = t % 6 == 0;
              String thread = "shoppers 1-" + (t + 1);
              int took = failed ? 15_000 : 150;
              String code = failed ? TIMEOUT : "200";
              long at = t * 60L;
              return line(at, took, "Log in", code, thread, SHOP + "auth/login")
                  + lines(
                      5,
                      i ->
                          line(
                              at + took + i * 300L,
                              40,
                              "Basket",
                              failed ? "401" : "200",
                              thread,
                              SHOP + "basket"));
            }));
  }

  @Test
  void threadsWhoseLoginFailedAreTheCauseOfTheir401s() throws IOException {
    Explained told = Explained.text(temp, HEADER + loginsOfThirtyThreads()).exits(1);
    told.says(
        "1. Threads go on without a token after their token request failed",
        "5 threads had no token, since their token request failed, and went on: 25 samples were"
            + " refused, among them 25 of the 25 answered 401, the first at +15 s.",
        "5 of 30 token requests failed, the first at +0 ms.",
        "5 × java.net.SocketTimeoutException said");
    // Threads that start one by one are no stampede.
    told.saysNot("Many threads ask", "401s in waves");
  }

  @Test
  void aSetUpThreadWhoseLoginFailedIsTheCauseForAllOthers() throws IOException {
    String text =
        line(0, 50, "get token", "500", "setUp 1-1", SHOP + "token")
            + lines(40, i -> line(200 + i * 100L, "api", 401, i % 8))
            + lines(10, i -> line(300 + i * 400L, "open", 200, 9));
    Explained told = Explained.text(temp, HEADER + byEnd(text)).exits(1);
    told.says("1. Threads go on without a token", "8 threads had no token", "1 × 500 said");
    told.saysNot("401s in waves");
  }

  @Test
  void withoutThreadNamesTheOrderInTimeIsTold() throws IOException {
    String text =
        "timeStamp,elapsed,label,responseCode,success\n"
            + (T0 + ",90,login,200,true\n")
            + ((T0 + 5) + ",99,login,503,false\n")
            + lines(9, i -> (T0 + 300 + i * 400) + ",9,api,401,false\n")
            + lines(30, i -> (T0 + 4000 + i * 100) + ",9,api,200,true\n");
    Explained.text(temp, text)
        .exits(1)
        .says(
            "1 of the 2 token requests before the first 401 had failed; 9 samples were answered"
                + " 401, the first at +309 ms. The file does not name threads",
            "Note: Thread names were not saved");
  }

  @Test
  void refusalsOfThreadsWithATokenKeepTheirOwnRules() throws IOException {
    String waves = lines(80, i -> line(7_130 + i / 10 * 10_070 + i % 10, "api", 401, i % 10));
    String logins = lines(10, i -> line(i * 300L, "login", 200, i));
    String good = lines(900, i -> line(4_000 + i * 100L, "api", 200, i % 10));
    Explained.text(temp, HEADER + byEnd(waves + logins + good))
        .exits(1)
        .says("401s in waves, every 10 s")
        .saysNot("go on without a token");
  }

  @Test
  void aThirdOfSamplesThatFailedIsAFinding() throws IOException {
    String refusedConnection = "Non HTTP response code: java.net.ConnectException";
    String text =
        lines(
            300,
            i ->
                line(
                    i * 20L,
                    5,
                    "api",
                    i % 3 == 0 ? refusedConnection : "200",
                    "users 1-" + (i % 20 + 1),
                    "https://api.example.com/x"));
    Explained.text(temp, HEADER + text)
        .exits(1)
        .says("1. 33 % of all samples failed", "100 × java.net.ConnectException said")
        .saysNot("Nothing found");
    String few = lines(1000, i -> line(i * 20L, "api", i % 50 == 0 ? 500 : 200, i % 20));
    Explained.text(temp, HEADER + few)
        .exits(0)
        .says("Nothing found.", "20 samples failed for other reasons, most often: 20 × 500 said.");
  }

  @Test
  void aFindingAboutTokensDoesNotHideOtherFailures() throws IOException {
    String text =
        lines(40, i -> line(i, "get token", 200, i))
            + lines(60, i -> line(100 + i * 10L, "api", i % 4 == 0 ? 502 : 200, i % 40));
    Explained.text(temp, HEADER + text)
        .exits(1)
        .says("1. Many threads ask for a token at once", "2. 15 % of all samples failed");
  }

  @Test
  void aRunThatEndsWith401sIsSeenAtAnyPace() throws IOException {
    for (int pace : new int[] {100, 1_000, 20_000}) {
      String text = lines(40, i -> line(i * (long) pace, "api", i < 30 ? 200 : 401, i % 3));
      Explained told = Explained.text(temp, HEADER + text).exits(1);
      assertTrue(
          told.out.contains("on every sample is answered 401")
              || told.out.contains("tokens are dead, and stay dead"),
          told::toString);
    }
  }

  @Test
  void tokenRequestsAreFoundByTheWordsOfTheirNames() throws IOException {
    String[] labels = {
      "T02_FetchAuthToken_ROPC", "oauth_refresh", "doLogin", "GET_ACCESS_TOKEN", "Autenticación",
      "Anmelden", "Вход в систему", "ログイン", "POST /oauth/token", "Sign in as agent",
      "АутентифицироватьПользователя", "S01-logon"
    };
    for (String label : labels) {
      Explained.text(temp, HEADER + line(0, label, 200, 1) + line(50, "x", 200, 1))
          .exits(0)
          .says("Token requests in it: 1 '" + label + "'");
    }
    String[] urls = {
      "https://api.example.com/v2/users/obtain-token",
      "https://api.example.com/api/login",
      "https://api.example.com/realms/x/protocol/openid-connect/token?client=1",
      "https://api.example.com/x/?grant_type=password",
      "https://api.example.com/auth/signin/",
      "https://api.example.com/getAccessToken"
    };
    for (String url : urls) {
      Explained.text(temp, HEADER + line(0, 9, "HTTP Request", "200", "users 1-1", url))
          .says("Token requests in it: 1 'HTTP Request'");
    }
  }

  @Test
  void otherRequestsAreNoTokenRequests() throws IOException {
    String[] labels = {
      "Logout", "log out", "POST /oauth/revoke", "Tokyo", "Author list", "Blogin", "userinfo token"
    };
    for (String label : labels) {
      Explained.text(temp, HEADER + line(0, label, 200, 1)).says("Token requests in it: none");
    }
    String[] urls = {
      "https://token.example.com/",
      "https://api.example.com/login/12",
      "https://x/y?access_token=1",
      "https://api.example.com/9f1c-00de-aa41"
    };
    for (String url : urls) {
      Explained.text(temp, HEADER + line(0, 9, "HTTP Request", "200", "users 1-1", url))
          .says("Token requests in it: none");
    }
  }
}
