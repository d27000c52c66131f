package io.tollgate.profile;

import io.tollgate.run.Hosts;

/**
 * The tokens last read of a profile: of its one lane, or of each of its lanes. Copies, which {@link
 * Lease#isLive} checks against the engine on every read.
 *
 * <p>{@link TokenReader} is one instead of having one: that spares each read a reference to follow.
 */
class LastLease {
  /** The thread that calls, to be looked up where it matters which one that is. */
  static final long OF_THIS_THREAD = 0;

  /** {@code null} where there are several lanes. */
  private volatile Lease lease;

  /** {@code null} before a token was read, or where there is one lane. */
  private volatile LaneLeases lanes;

  static long resolved(long thread) {
    return thread == OF_THIS_THREAD ? Hosts.current().threadKey() : thread;
  }

  /** The token last read for this thread, live or not; {@code null} before the first. */
  final Lease of(long thread) {
    Lease only = lease;
    LaneLeases several = only == null ? lanes : null;
    return several == null ? only : several.last(several.of(resolved(thread)));
  }

  /**
   * The token last read of the lane that was stamped; {@code null} if there is none or no stamp.
   */
  final Lease of(TokenId stamp) {
    LaneLeases several = lanes;
    return several == null ? lease : stamp == null ? null : several.last(stamp.lane);
  }

  /** The token last read that was sent so, {@code null} if none was. */
  final Lease sentAs(String sent) {
    LaneLeases several = lanes;
    if (several != null) {
      return several.sentAs(sent);
    }
    Lease only = lease;
    return only != null && only.wasSentAs(sent) ? only : null;
  }

  /** Whether there was any. */
  final boolean isAny() {
    return lease != null || lanes != null;
  }

  /** The same token read before, with what is known of its acceptance, or else this one. */
  final Lease keep(OpenedProfile opened, Lease read) {
    if (opened.lanes != null) {
      lanes = opened.lanes;
      return opened.lanes.keep(read);
    }
    Lease held = lease;
    if (held != null && held.sameToken(read)) {
      return held;
    }
    lease = read;
    return read;
  }

  final void forgetLast() {
    lease = null;
    lanes = null;
  }
}
