package io.tollgate.profile;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.engine.Engine;
import io.tollgate.engine.OnceLog;
import io.tollgate.run.JvmEngine;
import io.tollgate.run.Runs;
import java.util.Map;

/**
 * A profile's definition, or one user or client of a profile, and what opening it in the engine
 * gave: a {@link OpenedProfile} that is made at first use and again in each run, so that settings
 * changed between two runs of a GUI session take effect.
 */
final class ProfileDefinition {
  private final String name;
  private final TollgateException refusal;

  /** What this is one user or client of, {@code null} for a profile itself. */
  private final ProfileDefinition profile;

  /** Whether it is a client and no user. */
  private final boolean client;

  /** The name of the user, or the id of the client. */
  private final String member;

  private final String secret;

  /** Run whenever what was read through an older binding is of no use any more. */
  private final Runnable rebound;

  private volatile OpenedProfile binding;

  /** Made when sends are first counted, {@code null} before. Guarded by this. */
  private InFlightSends flights;

  /** What {@code define} said, or {@code null}. Guarded by this. */
  private Map<String, String> defined;

  /** What elements of the plan said last, in whatever run, or {@code null}. Guarded by this. */
  private PlanDefinition planned;

  /**
   * Why it could not be opened last, and when that was known; {@code null} if it could. Threads
   * that waited for that share it: a file that hangs must not be tried by one after the other.
   * Changed under the lock.
   */
  private volatile TollgateException failure;

  private long failedAt;

  /** The run in which it was opened last, or could not be. Changed under the lock. */
  private volatile long lastRun = Long.MIN_VALUE;

  private ProfileDefinition(
      String name,
      TollgateException refusal,
      ProfileDefinition profile,
      boolean client,
      String member,
      String secret,
      Runnable rebound) {
    this.name = name;
    this.refusal = refusal;
    this.profile = profile;
    this.client = client;
    this.member = member;
    this.secret = secret;
    this.rebound = rebound;
  }

  /** Of a profile; one with a refusal fails with it at every use. */
  static ProfileDefinition ofProfile(String name, TollgateException refusal, Runnable rebound) {
    return new ProfileDefinition(name, refusal, null, false, null, null, rebound);
  }

  /** Of one user of a profile or of its client. */
  static ProfileDefinition ofUser(
      ProfileDefinition of, String user, String password, Runnable rebound) {
    return new ProfileDefinition(of.name, of.refusal, of, false, user, password, rebound);
  }

  /** Of one client of a profile. */
  static ProfileDefinition ofClient(
      ProfileDefinition profile, String id, String secret, Runnable rebound) {
    return new ProfileDefinition(profile.name, profile.refusal, profile, true, id, secret, rebound);
  }

  String name() {
    return name;
  }

  /** The user it stands for, {@code null} for a profile itself or a client of it. */
  String user() {
    return client ? null : member;
  }

  /** How messages name it: {@code profile 'x'} or {@code profile 'x', client 'y', user 'z'}. */
  String title() {
    return profile == null
        ? "profile '" + name + "'"
        : profile.title() + (client ? ", client '" : ", user '") + member + "'";
  }

  /** Whether code defined it, or an element of the plan of this run. */
  synchronized boolean isDefinedInCode() {
    return defined != null || plannedIn(Runs.current()) != null;
  }

  /** What opening it gave last, in whatever run; {@code null} before the first time. */
  OpenedProfile last() {
    return binding;
  }

  /** The run that used it last, whether it could be opened or not. */
  long lastRun() {
    return lastRun;
  }

  /**
   * What the engine says of it as it was last opened, in whatever run. Takes no lock: a file that
   * hangs while it is opened must not keep a watcher.
   *
   * @return {@code null} if it was never opened
   */
  String lastStatus() {
    TollgateException why = failure;
    if (why != null) {
      return ProfileStatus.failed(name, why.getCode(), why.getDetail());
    }
    OpenedProfile opened = binding;
    try {
      return opened == null ? null : ProfileStatus.of(opened);
    } catch (TollgateException e) {
      return null; // another copy of the jar opened the name anew, and the engine forgot this
      // handle
    }
  }

  /**
   * Opens it if that has not happened in this run.
   *
   * @return the engine and the handle to use
   * @throws TollgateException {@code CONFIG}, {@code PROFILE_CONFLICT}, {@code NATIVE_UNAVAILABLE}
   */
  OpenedProfile bind() {
    if (refusal != null) {
      throw refusal.again();
    }
    OpenedProfile opened = binding;
    if (opened != null && opened.run == Runs.current()) {
      return opened;
    }
    try {
      return bindNow(System.nanoTime());
    } catch (TollgateException e) {
      OnceLog.error(name, e);
      throw e;
    }
  }

  /** {@code asked}: when the calling thread came, before it waited for others. */
  private synchronized OpenedProfile bindNow(long asked) {
    long run = Runs.current();
    OpenedProfile opened = binding;
    if (opened != null && opened.run == run) {
      return opened;
    }
    if (profile != null) {
      return bindMember();
    }
    if (failure != null && failedAt - asked >= 0) {
      throw failure.again();
    }
    PlanDefinition now = plannedIn(run);
    try {
      if (now != null && now.conflict != null) {
        throw now.conflict.again();
      }
      return open(JvmEngine.get(), run, defined, now != null && now.late);
    } catch (TollgateException e) {
      failure = e;
      failedAt = System.nanoTime();
      lastRun = run;
      throw e;
    }
  }

  /** Where its token is requested, {@code null} if its settings name no such place. */
  String tokenEndpoint() {
    long run = Runs.current();
    OpenedProfile opened = binding;
    if (opened != null && opened.run == run) {
      return TokenEndpoints.of(opened);
    }
    if (refusal != null) {
      return null;
    }
    Map<String, String> fromPlan;
    Map<String, String> fromCode;
    synchronized (this) {
      PlanDefinition now = plannedIn(run);
      fromPlan = now == null ? null : now.settings;
      fromCode = defined;
    }
    return TokenEndpoints.of(
        JvmEngine.get(), name, ProfileSettings.given(name, fromPlan, fromCode));
  }

  private PlanDefinition plannedIn(long run) {
    return planned != null && planned.run == run ? planned : null;
  }

  /**
   * Takes what an element of the plan says, for this run only. Opens nothing: a plan may define
   * more than it uses.
   *
   * @throws TollgateException {@code PROFILE_CONFLICT}, as every use will from now on
   */
  synchronized void plan(String element, Map<String, String> settings) {
    long run = Runs.current();
    PlanDefinition known = plannedIn(run);
    boolean late = binding != null && binding.run == run;
    planned =
        known == null
            ? new PlanDefinition(run, late, element, settings)
            : known.and(name, element, settings);
    if (planned != known) {
      TokenEndpoints.changed();
      forget(); // a function in a variable of the plan may have read before: it reads anew
      rebound.run();
    }
    if (planned.conflict != null) {
      throw planned.conflict.again();
    }
  }

  private OpenedProfile bindMember() {
    OpenedProfile of;
    OpenedProfile opened;
    do {
      of = profile.bind();
      long handle =
          client
              ? of.engine.forClient(of.handle, member, secret)
              : of.engine.forUser(of.handle, member, secret);
      opened = adopt(of.ofMember(handle, this::flights));
    } while (profile.binding
        != of); // redefined meanwhile, perhaps too early for forget() to see this
    return opened;
  }

  /** Takes a definition from code, or throws what is wrong with it. */
  synchronized void define(Map<String, String> wanted, boolean redefine) {
    long run = Runs.current();
    OpenedProfile opened = binding;
    if (opened == null || opened.run != run) {
      // No read of this run used an older definition. If this one is bad, every use fails with why.
      defined = wanted;
      try {
        open(JvmEngine.get(), run, wanted, redefine);
      } catch (TollgateException e) {
        OnceLog.error(name, e);
      }
    } else if (!wanted.equals(defined)) {
      open(opened.engine, run, wanted, redefine);
      defined = wanted;
    }
  }

  private OpenedProfile open(
      Engine engine, long run, Map<String, String> fromCode, boolean redefine) {
    PlanDefinition now = plannedIn(run);
    Map<String, String> fromPlan = now == null ? null : now.settings;
    Map<String, Map<String, String>> given = ProfileSettings.given(name, fromPlan, fromCode);
    if (fromPlan == null && fromCode == null && given.values().stream().allMatch(Map::isEmpty)) {
      String thereIs = TokenSources.missing(name);
      if (thereIs != null) {
        throw new TollgateException(ErrorCode.CONFIG, title() + " is not defined. " + thereIs);
      }
    }
    long handle = engine.open(name, given, redefine);
    return adopt(new OpenedProfile(engine, handle, run, this::flights));
  }

  /**
   * Of every binding of it: a send may have begun under the one before. The caller has the lock.
   */
  private InFlightSends flights() {
    if (flights == null) {
      flights = new InFlightSends();
    }
    return flights;
  }

  /** Makes the next use look at the profile again. Takes no lock: bindMember has one. */
  void forget() {
    binding = null;
  }

  private OpenedProfile adopt(OpenedProfile opened) {
    binding = opened;
    failure = null;
    lastRun = opened.run;
    if (profile == null) {
      TokenEndpoints.changed();
    }
    rebound.run();
    return opened;
  }

  /** A fault of Tollgate's own that the caller must hear of. */
  TollgateException internal(String what, Throwable e) {
    return new TollgateException(ErrorCode.INTERNAL, title() + ": " + what + " met " + e, e);
  }
}
