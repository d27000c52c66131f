/**
 * Result files of JMeter, read as a stream of samples: a file of any size costs the memory of one
 * line.
 */
package io.tollgate.cli.jtl;
