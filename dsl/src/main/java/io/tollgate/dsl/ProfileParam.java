package io.tollgate.dsl;

import us.abstracta.jmeter.javadsl.codegeneration.MethodParam;
import us.abstracta.jmeter.javadsl.codegeneration.params.StringParam;

/** The Profile field of an element in generated code. */
final class ProfileParam {
  private ProfileParam() {}

  /** No parameter for a blank field. */
  static MethodParam[] of(String profile) {
    return profile.isEmpty() ? new MethodParam[0] : new MethodParam[] {new StringParam(profile)};
  }
}
