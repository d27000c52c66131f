/**
 * A test plan as JMeter reads it: the tree of its elements, the expressions in their fields, and
 * what of these is known when the test starts.
 */
package io.tollgate.adopt.plan;
