package io.tollgate.jmeter.elements;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** What the elements' forms say, in one place. */
final class Texts {
  static final String CREDENTIAL = "Tollgate Credential";
  static final String FETCH = "Fetch a token now";
  static final String MORE = "More settings";
  static final String LESS = "Fewer settings";
  static final String CANCEL = "Cancel";
  static final String ASKING = "Asking the token endpoint\u2026";
  static final String NO_NAME = "The profile has no name; fill in 'Profile name'.";
  static final String NOT_TRIED = "No token was asked for: ";
  static final String KNOWN_IN_A_RUN_ONLY =
      " holds a variable that only a run knows; start the plan to try it.";
  static final List<String> NOTES =
      Collections.unmodifiableList(
          Arrays.asList(
              "* required. In italics: what counts if the field is blank. A setting's name is in"
                  + " the tooltip of its field.",
              "Secrets: write env:NAME or file:PATH; what is typed here is saved in the plan.",
              "Fields may hold ${\u2026}, evaluated once, at the start. Properties and -J beat"
                  + " them; they beat scripts."));
  static final String HELP = "Help";
  static final String ADD = "Add Tollgate to this test plan";
  static final String ADOPT = "Adopt Tollgate in this test plan\u2026";
  static final String REWRITE = "Rewrite the plan";
  static final String RECORDED =
      "These Header Managers send an Authorization header that was recorded or typed. Remove it?\n"
          + "Tollgate Authorization sets a live one in its place.\n";
  static final String CHECK = "Check a credential\u2026";
  static final String ALL_THERE = "This test plan has all of Tollgate's elements already.";
  static final String NO_PROFILES =
      "There is no profile to check: add a Tollgate Credential to the plan, "
          + "or set tollgate.profile.<name>.\u2026 in user.properties.";
  static final String NOT_DONE = "This did not work; jmeter.log has the details: ";

  private Texts() {}
}
