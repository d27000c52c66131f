package io.tollgate.adopt;

import io.tollgate.adopt.plan.ElementKind;
import io.tollgate.adopt.plan.PlanElement;
import io.tollgate.adopt.plan.Variable;
import io.tollgate.adopt.plan.VariableAccess;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether a script does nothing but hand a token on or set it as header, judged by its statements:
 * one that is not known here may do anything.
 */
final class ScriptStatements {
  /** What stands in brackets, with others in it. */
  private static final String IN_BRACKETS =
      "\\([^()]*(?:\\([^()]*(?:\\([^()]*\\)[^()]*)*\\)[^()]*)*\\)";

  private static final String HANDS_ON =
      ("import .*|log\\..*|if *COND *\\{?|\\}? *else *\\{?|[{}]*"
              + "|(def |String |var )?\\w+ *= *(vars|props)\\b.*"
              + "|(if *COND *)?(vars|props|JMeterUtils) *[.\\[].*"
              + "|\\$\\{__setProperty\\(.*\\)\\}")
          .replace("COND", IN_BRACKETS);

  private static final String HEADER =
      "(def |HeaderManager )?\\w+ *= *(new HeaderManager\\(\\)"
          + "|sampler\\.(getHeaderManager\\(\\)|headerManager))"
          + "|.*\\.(add|removeHeaderNamed)\\( *(new ([\\w.]+\\.)?Header\\( *)?"
          + "[\"']Authorization[\"'].*"
          + "|sampler\\.(headerManager *=|setHeaderManager\\(|addTestElement\\().*";

  private static final Pattern HANDS_ON_ONLY = Pattern.compile(HANDS_ON);
  private static final Pattern SETS_HEADER_ONLY = Pattern.compile(HANDS_ON + "|" + HEADER);
  private static final Pattern IS_HEADER = Pattern.compile("[\"']Authorization[\"']");

  private static final Pattern RESPONSE_CODE = Pattern.compile("[rR]esponseCode");
  private static final Pattern REFUSED = Pattern.compile("\\b(401|429)\\b");

  /** Changes results or the run, which is more than to react for the sake of the token. */
  private static final Pattern OTHER_EFFECT =
      Pattern.compile(
          "prev\\.set|prev\\.\\w+ *=[^=]|SampleResult\\.|AssertionResult|[fF]ailureMessage|ctx\\.");

  private static final Pattern LIMITED = Pattern.compile("\\b429\\b");

  private ScriptStatements() {}

  /** Whether a script looks at what its sample was answered, for a 401 or 429. */
  static boolean reactToRefusals(PlanElement element) {
    String source = ScriptTokenRequest.source(element);
    return element.kind() == ElementKind.SCRIPT
        && RESPONSE_CODE.matcher(source).find()
        && REFUSED.matcher(source).find()
        && !OTHER_EFFECT.matcher(source).find();
  }

  /** Whether it does so for a 429. */
  static boolean reactsTo429(PlanElement element) {
    return reactToRefusals(element) && LIMITED.matcher(ScriptTokenRequest.source(element)).find();
  }

  /** Whether a script writes nothing but these names, and does nothing else. */
  static boolean handOn(PlanElement script, Set<Variable> names) {
    Set<Variable> written = VariableAccess.written(script);
    return !written.isEmpty()
        && names.containsAll(written)
        && areAll(ScriptTokenRequest.source(script), HANDS_ON_ONLY);
  }

  /** Whether a script is a Pre Processor that has to do with the header of its samplers. */
  static boolean namesHeader(PlanElement element) {
    return element.kind() == ElementKind.SCRIPT
        && element.type().endsWith("PreProcessor")
        && IS_HEADER.matcher(ScriptTokenRequest.source(element)).find();
  }

  /** Whether a Pre Processor sets the header of its samplers to one of these, and no more. */
  static boolean setHeader(PlanElement script, Set<Variable> names) {
    Set<Variable> read = VariableAccess.read(script);
    return namesHeader(script)
        && read.stream().anyMatch(names::contains)
        && names.containsAll(VariableAccess.written(script))
        && areAll(ScriptTokenRequest.source(script), SETS_HEADER_ONLY);
  }

  private static boolean areAll(String source, Pattern known) {
    String code = source.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("(?m)(^|\\s)//.*$", "");
    for (String statement : code.split("[;\\n]")) {
      if (!known.matcher(statement.trim()).matches()) {
        return false;
      }
    }
    return true;
  }
}
