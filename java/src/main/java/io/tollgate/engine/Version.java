package io.tollgate.engine;

/** The version of this jar, which is also the version its native library must report. */
public final class Version {
  /** Equal to the version of the Cargo workspace and of the Gradle build. */
  public static final String CURRENT = "0.1.0";

  private Version() {}
}
