package io.tollgate.bench.report;

/** The measured reads, in the order of tables, with their names in JMH's results. */
enum ReadMethod {
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

  /** The table of the read, and what it compares with. */
  enum Kind {
    /** A lower bound without a check of the expiry. */
    FLOOR,
    TOLLGATE,
    /** A library that checks the expiry. */
    PEER,
    /** Through an element or a function of JMeter. */
    JMETER
  }

  private final String key;
  private final String label;
  private final Kind kind;

  ReadMethod(String key, String label, Kind kind) {
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
