/**
 * Reads what Groovy and BeanShell scripts of plans do about tokens: texts that they build of
 * literals, variables and properties, as fields of a plan would write them. A script that does more
 * than that is not understood, and said to be so.
 */
package io.tollgate.adopt.script;
