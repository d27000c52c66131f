package io.tollgate.profile;

import java.util.List;

/**
 * What is known of the plan that runs, for messages: an element of a run does not know where in the
 * tree it stands, nor what stands beside it or is disabled.
 */
public interface RunningPlan {
  /**
   * Where a profile is defined.
   *
   * @param profile its name
   * @return the paths of the enabled elements that do; empty if nothing is known
   */
  List<String> definedBy(String profile);

  /**
   * Says of a profile that is not defined who wants it, and what there is in its stead.
   *
   * @param profile its name
   * @return a sentence or more; {@code null} if nothing is known
   */
  String missing(String profile);
}
