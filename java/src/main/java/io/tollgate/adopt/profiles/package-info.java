/**
 * The profiles that a plan defines, those that it wants, and where the two do not match: told
 * before a run by the window and by {@code check --plan}, and in a run by the failures themselves.
 */
package io.tollgate.adopt.profiles;
