/** Configurations of OAuth clients as other tools write them, read as settings of a profile. */
package io.tollgate.jmeter.clientconfig;
