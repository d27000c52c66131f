/** Tollgate for jmeter-java-dsl: start with {@link io.tollgate.dsl.TollgateDsl}. */
package io.tollgate.dsl;
