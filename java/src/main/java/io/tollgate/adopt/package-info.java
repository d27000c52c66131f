/**
 * Rewrites a plan that gets its tokens itself to Tollgate's elements: finds the requests for
 * tokens, what hands them on and what reads them, and replaces all of it or nothing. Works on the
 * file alone and needs no class of JMeter.
 */
package io.tollgate.adopt;
