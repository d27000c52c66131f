package io.tollgate.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollgate.bench.waves.RawSection;
import io.tollgate.tests.Table;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;

/**
 * Many users of one profile in one process, from the results of {@code
 * rust/engine/benches/many_credentials.rs}.
 */
final class ManyUsersSection extends RawSection {
  ManyUsersSection() {
    super("Many users", "many_credentials");
  }

  @Override
  protected void tell(Writer to, JsonNode raw) throws IOException {
    to.write(
        "Credentials of `forUser` in one engine (`rust/engine/benches/many_credentials.rs`):"
            + " allocated bytes each, beside the token; time to sign all in at a server on the same"
            + " machine; processor time of a token lifetime without its request.\n\n");
    Table table =
        new Table(
            List.of(
                "credentials", "bytes each", "without a token", "signed in, s", "a lifetime, µs"));
    for (JsonNode row : raw.path("sizes")) {
      table.row(
          List.of(
              String.format(Locale.ROOT, "%,d", row.path("credentials").asInt()),
              String.format(Locale.ROOT, "%,d", row.path("bytes").asInt()),
              String.format(Locale.ROOT, "%,d", row.path("bytes_without_token").asInt()),
              String.format(Locale.ROOT, "%.2f", row.path("signed_in_ms").asDouble() / 1000),
              String.format(Locale.ROOT, "%.2f", row.path("processor_us_a_life").asDouble())));
    }
    to.write(table.markdown());
    JsonNode rate = raw.path("rate");
    to.write(
        String.format(
            Locale.ROOT,
            "%nTokens a second with %d requests in flight: %,.0f by the engine, %,.0f by the same"
                + " HTTP client in a bare loop, a ratio of %.2f.%n",
            rate.path("at_once").asInt(),
            rate.path("engine_a_second").asDouble(),
            rate.path("bare_a_second").asDouble(),
            rate.path("ratio").asDouble()));
    JsonNode wish = raw.path("wish");
    to.write(
        String.format(
            Locale.ROOT,
            "%nFrom a thread's wish for a token to the request at the server: %.0f µs (99 %%: %.0f)"
                + " through the engine, %.0f µs (99 %%: %.0f) where the thread gives the request to"
                + " the same HTTP client. The median of the engine's queue and driver is the"
                + " difference, %.0f µs, once a token.%n",
            wish.path("engine_us_p50").asDouble(),
            wish.path("engine_us_p99").asDouble(),
            wish.path("client_us_p50").asDouble(),
            wish.path("client_us_p99").asDouble(),
            wish.path("engine_us_p50").asDouble() - wish.path("client_us_p50").asDouble()));
    JsonNode late = raw.path("lateness");
    to.write(
        String.format(
            Locale.ROOT,
            "%nLateness of %,d refreshes, as the server saw them: median %.1f ms, 99 %% %.1f ms,"
                + " longest %.1f ms: %.2f %% of a lifetime of %.0f s.%n",
            late.path("refreshes").asInt(),
            late.path("late_ms_p50").asDouble(),
            late.path("late_ms_p99").asDouble(),
            late.path("late_ms_max").asDouble(),
            late.path("late_percent_of_a_life_max").asDouble(),
            late.path("life_ms").asDouble() / 1000));
  }
}
