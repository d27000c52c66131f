/**
 * What {@code explain} is measured with: a large result file, and the least that reading one takes.
 */
package io.tollgate.bench.results;
