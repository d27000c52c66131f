package io.tollgate.adopt;

import io.tollgate.adopt.plan.Expression;
import io.tollgate.adopt.plan.PlanElement;
import io.tollgate.adopt.plan.SamplerConfig;
import io.tollgate.adopt.plan.SamplerConfig.HeaderLine;
import io.tollgate.adopt.plan.Variable;
import io.tollgate.adopt.plan.VariableAccess;
import io.tollgate.adopt.xml.XmlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A place of a plan that reads a token. */
final class TokenUse {
  final PlanElement element;

  /** The field that has it. */
  final XmlNode text;

  /** The header {@code Authorization: Bearer …}, {@code null} if it is another field. */
  final HeaderLine header;

  private TokenUse(PlanElement element, XmlNode text, HeaderLine header) {
    this.element = element;
    this.text = text;
    this.header = header;
  }

  /** The uses of a group's token by elements that stay. */
  static List<TokenUse> of(TokenGroup group, Removal removal, List<PlanElement> elements) {
    List<TokenUse> uses = new ArrayList<>();
    for (PlanElement element : elements) {
      if (!removal.has(element)) {
        for (XmlNode text : element.texts()) {
          Set<Variable> read = VariableAccess.readByExpression(text.text());
          read.addAll(VariableAccess.readByScript(text.text()));
          if (read.stream().anyMatch(group.names()::containsKey)) {
            uses.add(new TokenUse(element, text, bearer(element, text, group.names())));
          }
        }
      }
    }
    return uses;
  }

  private static HeaderLine bearer(
      PlanElement element, XmlNode text, Map<Variable, TokenFlow.Content> names) {
    for (HeaderLine line : SamplerConfig.lines(element)) {
      if (line.isAuthorization() && line.node().children().contains(text)) {
        String value = line.value();
        List<Expression> references = Expression.in(value);
        String scheme = Expression.literal(value).trim();
        if (references.size() == 1) {
          TokenFlow.Content content = contentOf(references.get(0), names);
          boolean isBearer =
              content == TokenFlow.Content.TOKEN
                  ? scheme.equalsIgnoreCase("Bearer")
                  : scheme.isEmpty();
          return isBearer && content != null ? line : null;
        }
      }
    }
    return null;
  }

  /** What a reference gives, {@code null} if not this token. */
  static TokenFlow.Content contentOf(Expression reference, Map<Variable, TokenFlow.Content> names) {
    if (reference.property() != null) {
      return names.get(Variable.property(reference.property()));
    }
    return reference.variable() == null ? null : names.get(Variable.ofThread(reference.variable()));
  }

  /** Why the field can't have the function in place of the variable; {@code null} if it can. */
  String obstacle(boolean isPerUser) {
    if (header != null) {
      return null;
    }
    if (isPerUser) {
      return "reads the token of a user outside of an Authorization header";
    }
    switch (element.kind()) {
      case SCRIPT:
        return "is a script that reads the token: write"
            + " io.tollgate.Tollgate.credential(\"…\").token() there";
      case TEST_PLAN:
      case USER_DEFINED_VARIABLES:
        return "reads the token before the test starts";
      default:
        return VariableAccess.readByScript(text.text()).isEmpty()
            ? null
            : "reads the token in a function that holds a script";
    }
  }
}
