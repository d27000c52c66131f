/**
 * The jar as a program, for the time before and after a load test: {@code java -jar} adopts a plan,
 * checks a profile, explains a result file, serves the tokens of a profile to other programs, or
 * starts the misbehaving server to try a plan against.
 *
 * <p>Needs neither JMeter nor any library. It reads settings as JMeter does and fetches by the same
 * engine, so that what it says of a profile is what the test will meet. Exit codes are for scripts:
 * {@link io.tollgate.cli.Exit}.
 */
package io.tollgate.cli;
