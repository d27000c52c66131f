package io.tollgate.adopt.plan;

import io.tollgate.adopt.xml.XmlNode;
import java.util.ArrayList;
import java.util.List;

/** What elements around a sampler give it: headers, and defaults of HTTP requests. */
public final class SamplerConfig {
  /** A header of a Header Manager. */
  public static final class HeaderLine {
    private final PlanElement manager;
    private final XmlNode node;

    HeaderLine(PlanElement manager, XmlNode node) {
      this.manager = manager;
      this.node = node;
    }

    /**
     * The Header Manager that has it.
     *
     * @return the element
     */
    public PlanElement manager() {
      return manager;
    }

    /**
     * Its XML.
     *
     * @return the element with name and value
     */
    public XmlNode node() {
      return node;
    }

    /**
     * Its name.
     *
     * @return for example {@code Authorization}
     */
    public String name() {
      return node.value("Header.name").trim();
    }

    /**
     * Its value.
     *
     * @return as written
     */
    public String value() {
      return node.value("Header.value").trim();
    }

    /**
     * Whether it is the header that carries tokens.
     *
     * @return true for {@code Authorization} in any case
     */
    public boolean isAuthorization() {
      return name().equalsIgnoreCase("Authorization");
    }
  }

  private SamplerConfig() {}

  /**
   * The headers of a Header Manager.
   *
   * @param manager the element
   * @return in its order
   */
  public static List<HeaderLine> lines(PlanElement manager) {
    List<HeaderLine> lines = new ArrayList<>();
    XmlNode headers = manager.node().property("HeaderManager.headers");
    if (headers != null) {
      headers.children().forEach(each -> lines.add(new HeaderLine(manager, each)));
    }
    return lines;
  }

  /**
   * The headers that a sampler sends: of those with one name, the nearest.
   *
   * @param sampler the element
   * @return the nearest first
   */
  public static List<HeaderLine> headers(PlanElement sampler) {
    List<HeaderLine> all = new ArrayList<>();
    for (PlanElement each = sampler; each != null; each = each.parent()) {
      for (PlanElement child : each.children()) {
        if (child.kind() == ElementKind.HEADERS && child.isEnabled()) {
          for (HeaderLine line : lines(child)) {
            boolean isNearest =
                all.stream().noneMatch(nearer -> nearer.name().equalsIgnoreCase(line.name()));
            if (isNearest) {
              all.add(line);
            }
          }
        }
      }
    }
    return all;
  }

  /**
   * The {@code Authorization} header that a sampler sends.
   *
   * @param sampler the element
   * @return null if it has none
   */
  public static HeaderLine authorization(PlanElement sampler) {
    return headers(sampler).stream().filter(HeaderLine::isAuthorization).findFirst().orElse(null);
  }

  /**
   * A field of an HTTP request, by HTTP Request Defaults where it is blank.
   *
   * @param sampler the element
   * @param property its name
   * @return blank if nobody says it
   */
  public static String httpField(PlanElement sampler, String property) {
    String own = sampler.value(property).trim();
    for (PlanElement each = sampler; own.isEmpty() && each != null; each = each.parent()) {
      for (PlanElement child : each.children()) {
        if (own.isEmpty() && child.isEnabled() && child.type().equals("ConfigTestElement")) {
          own = child.value(property).trim();
        }
      }
    }
    return own;
  }
}
