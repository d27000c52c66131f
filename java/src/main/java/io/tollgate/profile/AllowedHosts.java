package io.tollgate.profile;

import io.tollgate.TollgateException;

/** Where a profile's token may be sent: the setting {@code allowed_hosts}. */
public final class AllowedHosts {
  private final ProfileDefinition definition;

  AllowedHosts(ProfileDefinition definition) {
    this.definition = definition;
  }

  /**
   * Whether the profile names hosts at all.
   *
   * @return {@code false} also if it can't be opened: the read of the token then fails and says why
   */
  public boolean areLimited() {
    try {
      return definition.bind().limitsHosts;
    } catch (TollgateException e) {
      return false;
    }
  }

  /**
   * Whether the token may be sent to an origin.
   *
   * @param origin {@code scheme://host:port}, {@code null} if not known
   * @return {@code true} also if the profile can't be opened
   */
  public boolean permit(String origin) {
    try {
      return definition.bind().permits(origin == null ? "" : origin);
    } catch (TollgateException e) {
      return true;
    }
  }

  /**
   * Counts a request of a sample that went to another origin than the sampler's own, or without the
   * token.
   *
   * @param own origin that the sampler names, {@code null} if not known
   * @param to origin that the request went to, {@code null} if not known
   * @param carried whether the token went along
   * @return whether the token went to a host that is not allowed
   */
  public boolean visited(String own, String to, boolean carried) {
    OpenedProfile opened = definition.last();
    return opened != null
        && opened.engine.visited(
            opened.handle, own == null ? "" : own, to == null ? "" : to, carried);
  }
}
