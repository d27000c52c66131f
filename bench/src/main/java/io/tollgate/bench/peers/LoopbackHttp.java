package io.tollgate.bench.peers;

import com.microsoft.aad.msal4j.HttpRequest;
import com.microsoft.aad.msal4j.HttpResponse;
import com.microsoft.aad.msal4j.IHttpClient;
import com.microsoft.aad.msal4j.IHttpResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

/** Sends all requests of MSAL4J to one plain HTTP endpoint. */
final class LoopbackHttp implements IHttpClient {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI url;

  LoopbackHttp(URI url) {
    this.url = url;
  }

  @Override
  public IHttpResponse send(HttpRequest asked) throws IOException, InterruptedException {
    java.net.http.HttpRequest request =
        java.net.http.HttpRequest.newBuilder(url)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(java.net.http.HttpRequest.BodyPublishers.ofString(asked.body()))
            .build();
    java.net.http.HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    HttpResponse told = new HttpResponse();
    told.statusCode(answer.statusCode());
    told.body(answer.body());
    answer.headers().map().forEach((name, values) -> told.addHeaders(named(name, values)));
    return told;
  }

  private static java.util.Map<String, List<String>> named(String name, List<String> values) {
    return java.util.Map.of(name, values);
  }
}
