/**
 * What the Monitor shows of this JVM: a view of the run as it is now, for its window, for the page
 * in a browser and as metrics.
 */
package io.tollgate.jmeter.monitor;
