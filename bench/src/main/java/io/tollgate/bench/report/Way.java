package io.tollgate.bench.report;

/** What was measured, in the order of tables, with the name that JMH's results give it. */
enum Way {
  VOLATILE("Floors.volatileRead", "*volatile read*", Kind.FLOOR),
  MAP("Floors.mapGet", "*ConcurrentHashMap.get*", Kind.FLOOR),
  CLOCK("Floors.nanoTime", "*System.nanoTime*", Kind.FLOOR),
  HELD("TollgateReads.held", "**Tollgate** `credential.authorization()`", Kind.TOLLGATE),
  NAMED(
      "TollgateReads.named",
      "**Tollgate** by name: `credential(name).authorization()`",
      Kind.TOLLGATE),
  REFERENCE("PeerReads.read:reference", "double-checked AtomicReference", Kind.PEER),
  CHECKED_MAP("PeerReads.read:map", "ConcurrentHashMap with expiry", Kind.PEER),
  SYNCHRONIZED("PeerReads.read:synchronized", "synchronized singleton", Kind.PEER),
  CAFFEINE("PeerReads.read:caffeine", "Caffeine LoadingCache", Kind.PEER),
  AWS("PeerReads.read:aws", "AWS SDK v2 CachedSupplier", Kind.PEER),
  GOOGLE("PeerReads.read:google", "google-auth-library", Kind.PEER),
  AZURE("PeerReads.read:azure", "azure-core AccessTokenCache", Kind.PEER),
  SPRING("PeerReads.read:spring", "Spring Security OAuth2 client", Kind.PEER),
  MSAL("PeerReads.read:msal", "MSAL4J acquireToken", Kind.PEER),
  FUNCTION("FunctionReads.tollgate", "**Tollgate** `${__tollgate(profile)}`", Kind.JMETER),
  PROPERTY("FunctionReads.property", "`${__P(name)}`", Kind.JMETER),
  GROOVY("FunctionReads.groovy", "`${__groovy(props.get('name'))}`", Kind.JMETER),
  CONSTANT("PreProcessing.constant", "*a constant header set from Java (no token)*", Kind.JMETER),
  ELEMENT("PreProcessing.element", "**Tollgate** Authorization, the element", Kind.JMETER),
  AUTHORIZE("PreProcessing.authorize", "**Tollgate** `authorize(sampler)` from Java", Kind.JMETER),
  SCRIPT(
      "PreProcessing.script",
      "**Tollgate** `authorize(sampler)` in a JSR223 PreProcessor",
      Kind.JMETER),
  RECIPE("PreProcessing.recipe", "the recipe in a JSR223 PreProcessor", Kind.JMETER);

  /** Which table it is in, and what it may be compared with. */
  enum Kind {
    /** Hands out no token that anybody looked after. */
    FLOOR,
    TOLLGATE,
    /** Looks whether the token lives before it hands it out. */
    PEER,
    /** Through an element or a function of JMeter. */
    JMETER
  }

  private final String key;
  private final String label;
  private final Kind kind;

  Way(String key, String label, Kind kind) {
    this.key = key;
    this.label = label;
    this.kind = kind;
  }

  String key() {
    return key;
  }

  /** For a table, as Markdown. */
  String label() {
    return label;
  }

  /** For a chart. */
  String plainLabel() {
    return label.replace("*", "").replace("`", "");
  }

  Kind kind() {
    return kind;
  }
}
