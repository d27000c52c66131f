/** The figures of this JVM's engine, for Prometheus and for JMeter's Backend Listener. */
package io.tollgate.jmeter.metrics;
