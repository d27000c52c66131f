/**
 * Result files of JMeter, read as a stream of samples: a file of any size costs the memory of one
 * record. {@link io.tollgate.cli.jtl.Jtl} opens one; a reader for each format takes it apart.
 */
package io.tollgate.cli.jtl;
