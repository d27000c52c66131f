package io.tollgate.tests;

/**
 * One way for a thread to come by its token.
 *
 * @param key names its directory
 * @param title heads its column
 * @param before the Groovy file run before each request
 * @param after the Groovy file run after it
 */
record Contender(String key, String title, String before, String after) {
  static final Contender RECIPE = new Contender("recipe", "recipe", "recipe-before", "nothing");
  static final Contender FORUM =
      new Contender("forum", "forum answer", "forum-before", "forum-after");
  static final Contender TOLLGATE =
      new Contender("tollgate", "Tollgate", "tollgate-before", "tollgate-after");
}
