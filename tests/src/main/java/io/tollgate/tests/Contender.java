package io.tollgate.tests;

/**
 * One way for a thread to come by its token.
 *
 * @param key names its directory
 * @param title heads its column
 * @param way what its threads do, in a few words
 * @param before the Groovy file run before each request
 * @param after the Groovy file run after it
 */
record Contender(String key, String title, String way, String before, String after) {
  static final Contender RECIPE =
      new Contender("recipe", "recipe", "each thread fetches", "recipe-before", "nothing");
  static final Contender FORUM =
      new Contender("forum", "forum answer", "one token, one lock", "forum-before", "forum-after");
  static final Contender TOLLGATE =
      new Contender(
          "tollgate", "Tollgate", "threads never fetch", "tollgate-before", "tollgate-after");
}
