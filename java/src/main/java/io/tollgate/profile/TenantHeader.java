package io.tollgate.profile;

/** The header that tells an API whose data a request is about. Not a secret. */
public final class TenantHeader {
  private final String name;
  private final String value;

  TenantHeader(String name, String value) {
    this.name = name;
    this.value = value;
  }

  /**
   * The name of the header.
   *
   * @return as the profile has it
   */
  public String name() {
    return name;
  }

  /**
   * The value of the header.
   *
   * @return as the profile has it
   */
  public String value() {
    return value;
  }
}
