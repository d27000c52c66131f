/**
 * The command that signs a user in once and keeps the refresh token: authorization code with PKCE
 * (RFC 6749 section 4.1, RFC 7636) over a loopback redirect (RFC 8252), or device code (RFC 8628).
 */
package io.tollgate.cli.login;
