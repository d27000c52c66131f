/**
 * What tokens did to a run, seen from its samples alone. {@link io.tollgate.cli.findings.Evidence}
 * gathers while the file goes by; then each rule looks at what was gathered and says what it finds,
 * or nothing. {@link io.tollgate.cli.findings.Diagnosis} asks them all.
 */
package io.tollgate.cli.findings;
