package io.tollgate.jmeter.elements;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** The flags of the server in the jar that the dry run offers, with the values people choose. */
enum Misbehaviour {
  LIFETIME("--lifetime", Text.DRY_LIFETIME, "20s", "5s", "5m", "1h"),
  RATE_LIMIT("--rate-limit", Text.DRY_RATE_LIMIT, "", "10/1m", "1/1s"),
  RETRY_AFTER("--retry-after", Text.DRY_RETRY_AFTER, "seconds", "date", "absent", "garbage"),
  SUSPEND("--suspend-for", Text.DRY_SUSPEND, "", "5s", "30s"),
  LATENCY("--latency-before", Text.DRY_LATENCY, "", "300ms", "3s"),
  REVOKE_PREVIOUS("--revoke-previous", Text.DRY_REVOKE_PREVIOUS),
  DIE_AFTER_USES("--die-after-uses", Text.DRY_DIE_AFTER_USES, "", "100"),
  TOKEN_FAULT(
      "--token-fault",
      Text.DRY_TOKEN_FAULT,
      "",
      "status:500",
      "status:503",
      "hang",
      "reset",
      "half",
      "html",
      "empty"),
  TOKEN_FAULT_COUNT("--token-fault-count", Text.DRY_TOKEN_FAULT_COUNT, "", "1", "5"),
  API_RATE_LIMIT("--api-rate-limit", Text.DRY_API_RATE_LIMIT, "", "300/1m"),
  API_FAULT(
      "--api-fault",
      Text.DRY_API_FAULT,
      "",
      "status:401",
      "status:429",
      "status:500",
      "status:503"),
  API_FAULT_SHARE("--api-fault-share", Text.DRY_API_FAULT_SHARE, "", "0.1%", "10%");

  /** As the server knows it. */
  final String flag;

  final Text label;

  /** The first is chosen at first; none for one that is on or off. */
  final List<String> values;

  Misbehaviour(String flag, Text label, String... values) {
    this.flag = flag;
    this.label = label;
    this.values = Collections.unmodifiableList(Arrays.asList(values));
  }

  boolean isSwitch() {
    return values.isEmpty();
  }
}
