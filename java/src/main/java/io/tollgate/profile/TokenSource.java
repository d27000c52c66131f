package io.tollgate.profile;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.engine.Log;
import io.tollgate.engine.OnceLog;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One profile on the Java side, or one user or client of a profile: its definition, its users and
 * clients, and the token last read.
 *
 * <p>The engine holds the truth. What is kept here is a copy that {@link Lease#isLive} checks
 * against it on every read.
 */
public final class TokenSource extends TokenReader {
  private static final TokenPlacement USUAL =
      new TokenPlacement("header", "Authorization", "Bearer ");

  private final AllowedHosts allowedHosts = new AllowedHosts(definition);

  /** What this is one user or client of, {@code null} for a profile itself. */
  private final TokenSource profile;

  /** {@code null} for a user. */
  private final Users<TokenSource> users;

  /** {@code null} for a user or client. */
  private final Users<TokenSource> clients;

  TokenSource(String name) {
    this(name, null);
  }

  TokenSource(String name, TollgateException refusal) {
    super(name, refusal);
    this.profile = null;
    this.users = new Users<>();
    this.clients = new Users<>();
  }

  private TokenSource(TokenSource of, boolean client, String member, String secret) {
    super(of, client, member, secret);
    this.profile = of;
    this.users = client ? new Users<>() : null;
    this.clients = null;
  }

  /** Drops the tokens of its users and clients too. */
  @Override
  void reopened() {
    super.reopened();
    forEachMember(TokenSource::forget);
  }

  private void forget() {
    definition.forget();
    forgetLast();
    forEachMember(TokenSource::forget);
  }

  private void forEachMember(Consumer<TokenSource> action) {
    if (users != null) {
      users.forEach(action);
    }
    if (clients != null) {
      clients.forEach(action);
    }
  }

  /**
   * The source of one user of this profile or client: its settings, with the password grant.
   *
   * @param who the user's name
   * @param secret the user's password
   * @return the same object for the same arguments
   */
  public TokenSource forUser(String who, String secret) {
    TokenSource of = users == null ? profile : this;
    return of.users.get(
        who, secret, (user, password) -> new TokenSource(of, false, user, password));
  }

  /**
   * The source of another client of this profile: its endpoint and settings, and limits of its own.
   *
   * @param id the client's id
   * @param secret its secret, empty if it has none
   * @return the same object for the same arguments
   */
  public TokenSource forClient(String id, String secret) {
    TokenSource of = this;
    while (of.profile != null) {
      of = of.profile;
    }
    TokenSource root = of;
    return root.clients.get(id, secret, (client, key) -> new TokenSource(root, true, client, key));
  }

  /**
   * Tells what a sample does when no token is to be had.
   *
   * @return never {@code null}; the safe choice if the profile cannot be opened
   */
  public FailurePolicy policy() {
    OpenedProfile opened = definition.last();
    return opened == null ? FailurePolicy.FAIL_SAMPLE : opened.policy;
  }

  /**
   * The headers that go with every API request beside the token.
   *
   * @return none if the profile cannot be opened
   */
  public List<ApiHeader> apiHeaders() {
    OpenedProfile opened = definition.last();
    return opened == null ? Collections.emptyList() : opened.headers;
  }

  /**
   * Where its token goes in a request.
   *
   * @return the usual place if the profile cannot be opened
   */
  public TokenPlacement placement() {
    OpenedProfile opened = definition.last();
    return opened == null ? USUAL : opened.placement;
  }

  /**
   * What answers mean beyond HTTP.
   *
   * @return never {@code null}
   */
  public AnswerRules answerRules() {
    OpenedProfile opened = definition.last();
    return opened == null ? AnswerRules.NONE : opened.rules;
  }

  /**
   * Whether its tokens are bound to a key, so that each request needs a proof.
   *
   * @return {@code false} as long as the profile has not been opened
   */
  public boolean isBound() {
    OpenedProfile opened = definition.last();
    return opened != null && opened.needsProofs;
  }

  /** Whether the engine wants to hear of every answer that reports a quota. */
  boolean wantsQuotas() {
    OpenedProfile opened = definition.last();
    return opened != null && opened.wantsQuotas();
  }

  /** Whether code or the plan defined it, whatever properties say of it too. */
  boolean isDefinedInCode() {
    return definition.isDefinedInCode();
  }

  /**
   * Where its token may be sent.
   *
   * @return the same object each time
   */
  public AllowedHosts allowedHosts() {
    return allowedHosts;
  }

  /**
   * Takes a definition from code.
   *
   * @param settings keys and values, taken as strings
   * @param redefine whether to replace a different definition that a run uses
   * @return {@code null} if the definition stands, else a source that fails with the reason
   */
  public TokenSource define(Map<?, ?> settings, boolean redefine) {
    try {
      definition.define(ProfileSettings.of(settings), redefine);
      return null;
    } catch (TollgateException e) {
      OnceLog.error(name(), e);
      return new TokenSource(name(), e);
    } catch (Throwable e) {
      complain("define", e);
      return new TokenSource(name(), definition.internal("define", e));
    }
  }

  /**
   * Takes what an element of the plan says, for the run that is starting. Two elements that differ
   * are a conflict, which is logged here and met by every use of the profile in this run.
   *
   * @param element its name, for messages
   * @param settings keys and values
   */
  public void plan(String element, Map<String, String> settings) {
    try {
      definition.plan(element, settings);
    } catch (TollgateException e) {
      OnceLog.error(name(), e);
    }
  }

  /** Where its token is requested, {@code null} if its settings name no such place. */
  String tokenEndpoint() {
    return definition.tokenEndpoint();
  }

  /** Makes the next read look at the settings again. */
  void runChanged() {
    forgetLast();
    forEachMember(TokenSource::runChanged);
  }

  /** Logs the summary line of the run that ends, if this profile took part in it. */
  void logSummary(long run) {
    try {
      OpenedProfile opened = definition.last();
      long count = reads.drain();
      if (opened != null && (count > 0 || opened.run == run)) {
        Log.info(opened.engine.summary(opened.handle, count));
      }
    } catch (Throwable e) {
      complain("the summary line", e);
    }
  }

  /** The run that used it last, also if it could not be opened; before all of them if none did. */
  long lastRun() {
    return definition.lastRun();
  }

  /**
   * Describes the profile. Opens it if that has not happened in this run.
   *
   * @return JSON without secrets; never throws
   */
  public String status() {
    try {
      return ProfileStatus.of(bind());
    } catch (TollgateException e) {
      return ProfileStatus.failed(name(), e.getCode(), e.getDetail());
    } catch (Throwable e) {
      complain("status()", e);
      return ProfileStatus.failed(name(), ErrorCode.INTERNAL, e.toString());
    }
  }
}
