package io.tollgate.adopt.plan;

/** What part an element plays in a plan. */
public enum ElementKind {
  /** The root. */
  TEST_PLAN,
  /** A group of threads of whatever plugin, setUp and tearDown groups too. */
  THREAD_GROUP,
  /** Decides which samplers run. */
  CONTROLLER,
  /** Runs elements that stand elsewhere: a Module Controller or an Include Controller. */
  LINK,
  /** Sends an HTTP request. */
  HTTP_SAMPLER,
  /** Any other sampler. */
  SAMPLER,
  /** A script, whether it is a sampler or runs before or after one. */
  SCRIPT,
  /** Takes variables out of an answer. */
  EXTRACTOR,
  /** HTTP Header Manager. */
  HEADERS,
  /** Variables that JMeter sets before the test starts. */
  USER_DEFINED_VARIABLES,
  /** Timers, assertions, listeners and configuration that set no variable. */
  HELPER,
  /** Sets variables for each thread or iteration: CSV Data Set, counters, User Parameters. */
  THREAD_VARIABLES,
  /** A part of Tollgate. */
  TOLLGATE,
  /** An element of a plugin that nobody here knows. */
  UNKNOWN;

  static ElementKind of(PlanElement element) {
    String type = element.type();
    if (element.fullType().startsWith("io.tollgate.")) {
      return TOLLGATE;
    }
    switch (type) {
      case "TestPlan":
        return TEST_PLAN;
      case "HeaderManager":
        return HEADERS;
      case "Arguments":
        return USER_DEFINED_VARIABLES;
      case "ModuleController":
      case "IncludeController":
        return LINK;
      case "JSONPostProcessor":
      case "JMESPathExtractor":
      case "RegexExtractor":
      case "BoundaryExtractor":
      case "XPathExtractor":
      case "XPath2Extractor":
      case "HtmlExtractor":
      case "JSONPathExtractor":
        return EXTRACTOR;
      case "CSVDataSet":
      case "RandomCSVDataSetConfig":
      case "UserParameters":
      case "CounterConfig":
      case "RandomVariableConfig":
        return THREAD_VARIABLES;
      case "ConfigTestElement":
      case "CookieManager":
      case "CacheManager":
      case "DNSCacheManager":
      case "AuthManager":
      case "KeystoreConfig":
      case "ResultCollector":
      case "Summariser":
      case "BackendListener":
      case "TestAction":
      case "DebugSampler":
      case "DebugPostProcessor":
      case "ResultAction":
        return HELPER;
      default:
        return byName(element, type);
    }
  }

  private static ElementKind byName(PlanElement element, String type) {
    if (type.startsWith("JSR223") || type.startsWith("BeanShell") || type.startsWith("BSF")) {
      return SCRIPT;
    }
    if (type.endsWith("ThreadGroup")) {
      return THREAD_GROUP;
    }
    if (type.endsWith("Controller")) {
      return CONTROLLER;
    }
    if (element.node().property("HTTPSampler.path") != null
        || element.node().property("HTTPSampler.method") != null) {
      return HTTP_SAMPLER;
    }
    if (type.endsWith("Timer") || type.endsWith("Assertion") || type.endsWith("Visualizer")) {
      return HELPER;
    }
    return type.endsWith("Sampler") || type.endsWith("Samplers") ? SAMPLER : UNKNOWN;
  }

  /**
   * Whether JMeter runs an element of this kind on its own, and not for the sake of another.
   *
   * @return false for what is configuration
   */
  public boolean isActor() {
    return this == HTTP_SAMPLER || this == SAMPLER || this == LINK || this == UNKNOWN;
  }

  /**
   * Whether it holds samplers.
   *
   * @return true for groups and controllers
   */
  public boolean isContainer() {
    return this == THREAD_GROUP || this == CONTROLLER;
  }
}
