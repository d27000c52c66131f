/** A token endpoint of one's own (RFC 6749), in front of the engine: what {@code serve} starts. */
package io.tollgate.cli.endpoint;
