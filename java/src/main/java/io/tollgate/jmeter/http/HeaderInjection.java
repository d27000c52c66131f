package io.tollgate.jmeter.http;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.jmeter.sample.FailedSample;
import io.tollgate.jmeter.sample.MissingToken;
import io.tollgate.jmeter.sample.SampleCredential;
import io.tollgate.jmeter.sample.TokenRequestSamples;
import io.tollgate.jmeter.websocket.WebSocketSample;
import io.tollgate.profile.ApiHeader;
import io.tollgate.profile.FailurePolicy;
import io.tollgate.profile.TokenSource;
import io.tollgate.run.Hosts;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.stream.Stream;
import org.apache.jmeter.protocol.http.control.Header;
import org.apache.jmeter.protocol.http.control.HeaderManager;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerBase;
import org.apache.jmeter.samplers.Sampler;
import org.apache.jmeter.testelement.TestElement;
import org.apache.jmeter.testelement.property.JMeterProperty;
import org.apache.jmeter.testelement.property.TestElementProperty;

/**
 * Puts a {@link LiveHeader} into a sampler's Header Manager for the sample about to run.
 *
 * <p>A sampler may hold the very Header Manager of the plan, shared by all samplers of its thread,
 * so nothing is ever added to one found there. An HTTP sampler gets one of ours in its stead
 * ({@link SampleHeaderManager}). For any other, adding a manager of our own makes JMeter merge the
 * two into a clone that belongs to this sampler alone; only in such a one is a header replaced. A
 * manager that already carries a live header is such a one.
 */
public final class HeaderInjection {
  private static final String GETTER = "getHeaderManager";

  /** Asked once of each class: the look-up ends in an exception where there is none. */
  private static final ClassValue<Boolean> HAS_GETTER =
      new ClassValue<Boolean>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return Stream.of(type.getMethods())
              .anyMatch(
                  method -> method.getName().equals(GETTER) && method.getParameterCount() == 0);
        }
      };

  private HeaderInjection() {}

  /**
   * Waits for a token if need be and gives the sampler a live header, whatever came of the wait.
   *
   * @param source of the token
   * @param sampler of JMeter
   * @throws TollgateException {@code CONFIG} if the sampler cannot carry headers
   */
  public static void authorize(TokenSource source, Object sampler) {
    authorize(source, sampler, new SampleHeaderManager());
  }

  /** The same, with what the caller kept of the sample before. */
  public static void authorize(TokenSource source, Object sampler, SampleHeaderManager kept) {
    TollgateException failure = null;
    source.sampleEnded();
    SampleCredential.put(source);
    boolean limited = source.allowedHosts().areLimited();
    if (limited && !mayCarry(source, sampler)) {
      removeLive(managerOf(source, sampler));
      return;
    }
    try {
      if (limited) {
        refuseAutomaticRedirects(source, sampler);
      }
      if (!HostBoundSample.isTokenRequest(source, SampleTarget.perhapsTokenEndpoint(sampler))) {
        source.await();
      }
      TokenRequestSamples.pass();
    } catch (TollgateException e) {
      failure = e;
      endThreadAtItsScheduledEnd(source);
    }
    if (failure != null && source.policy() == FailurePolicy.SEND_WITHOUT) {
      MissingToken.sendsWithout(source, failure);
      removeLive(managerOf(source, sampler));
      injectHeaders(source, sampler);
      return;
    }
    if (failure != null && sampler instanceof Sampler) {
      failUnlessATokenComes(source, (Sampler) sampler, failure);
    }
    boolean inQuery = source.placement().isQuery();
    boolean judgesItself = inQuery && sampler instanceof HTTPSamplerBase; // LiveQuery has the URL
    boolean isJudged = !judgesItself && (limited || sampler instanceof HTTPSamplerBase);
    if (sampler instanceof HTTPSamplerBase && Replayed.areWanted()) {
      SentRequest.keepNext(sampler);
    }
    LiveToken token =
        new LiveToken(
            source,
            failure,
            inQuery ? null : WebSocketSample.of(sampler),
            provedSample(source, sampler),
            isJudged ? new HostBoundSample(source, sampler, limited) : null);
    try {
      if (inQuery) {
        intoQuery(source, sampler, token);
      } else if (!isCookieOf(sampler, token)) {
        inject(source, sampler, token, kept);
      }
      injectHeaders(source, sampler);
    } finally {
      token.arm();
    }
  }

  /** Whether the sampler's Cookie Manager has the token. */
  private static boolean isCookieOf(Object sampler, LiveToken token) {
    return token.placement.isCookie()
        && LiveCookie.into(sampler, token, SampleTarget.settledHost(sampler));
  }

  private static void intoQuery(TokenSource source, Object sampler, LiveToken token) {
    if (WebSocketSample.isSampler(sampler)) {
      UpgradeQuery.into((Sampler) sampler, token);
    } else if (!LiveQuery.into(sampler, token)) {
      throw unsupported(
          source,
          sampler,
          "token_place=query needs an HTTP Request of JMeter's own or a WebSocket sampler");
    }
  }

  /** A token may come while the timers of the plan sleep. */
  private static void failUnlessATokenComes(
      TokenSource source, Sampler sampler, TollgateException failure) {
    long thread = source.keyOfThisThread();
    FailedSample.inPlaceOf(
        sampler,
        () -> source.peek(thread, null) == null ? MissingToken.failureOf(source, failure) : null,
        0);
  }

  /**
   * Leaves the sampler the {@code Authorization} that the plan has for it, also if an element
   * further outside has replaced that for this sample.
   *
   * @param source whose token would replace it
   * @param sampler of JMeter
   * @return {@code false} if the plan has none
   */
  public static boolean keepsOwn(TokenSource source, Sampler sampler) {
    if (!(sampler instanceof HTTPSamplerBase)
        || !PlanHeaders.restore(source, (HTTPSamplerBase) sampler)) {
      return false;
    }
    FailedSample.withdraw(sampler);
    SampleCredential.withdraw();
    return true;
  }

  /** Whether a sampler can be given headers: those that have none are not spoken to at all. */
  public static boolean takesHeaders(Object sampler) {
    return sampler != null
        && (sampler instanceof HTTPSamplerBase
            || HAS_GETTER.get(sampler.getClass())
            || WebSocketSample.replacesHeaders(sampler));
  }

  /**
   * Whether the token may go where the sampler is going to send its request, as far as can be seen
   * before it does; if not, that is counted and logged.
   */
  public static boolean mayCarry(TokenSource source, Object sampler) {
    if (!source.allowedHosts().areLimited() || SampleTarget.isUndecided(sampler)) {
      return true;
    }
    String origin = SampleTarget.origin(sampler);
    if (source.allowedHosts().permit(origin)) {
      return true;
    }
    HostBoundSample.withheld(source, origin);
    return false;
  }

  /** The HTTP client sends all headers along wherever it is redirected, without a callback. */
  private static void refuseAutomaticRedirects(TokenSource source, Object sampler) {
    if (sampler instanceof HTTPSamplerBase && ((HTTPSamplerBase) sampler).getAutoRedirects()) {
      throw new TollgateException(
          ErrorCode.CONFIG,
          source.title()
              + ": 'Redirect Automatically' would take the token along to any host, and"
              + " allowed_hosts is set; choose 'Follow Redirects'");
    }
  }

  private static void inject(
      TokenSource source, Object sampler, LiveToken token, SampleHeaderManager kept) {
    HeaderManager found = managerOf(source, sampler);
    if (sampler instanceof HTTPSamplerBase) {
      PlanHeaders.keep((HTTPSamplerBase) sampler, found);
      PlanHeaders.tellIfReplaced(source, (HTTPSamplerBase) sampler, found);
      HeaderManager headers = kept.over(found, token);
      ((HTTPSamplerBase) sampler)
          .setProperty(new TestElementProperty(HTTPSamplerBase.HEADER_MANAGER, headers));
      return;
    }
    if (WebSocketSample.replacesHeaders(sampler)) {
      ((TestElement) sampler).addTestElement(kept.over(found, token));
      return;
    }
    LiveHeader live = new LiveHeader(token);
    if (found != null && token.placement.isCookie()) {
      live.keepCookies(found.getFirstHeaderNamed(live.getName()));
    }
    if (found != null && live(found) != null) {
      replace(found, live);
      return;
    }
    HeaderManager ours = new HeaderManager();
    ours.add(live);
    ((TestElement) sampler).addTestElement(ours);
    HeaderManager merged = managerOf(source, sampler);
    if (merged == null || merged == found) {
      throw unsupported(source, sampler, "it does not merge Header Managers");
    }
    LiveHeader present = live(merged);
    if (present == null || !present.isOf(token)) {
      replace(merged, live);
    }
  }

  /** Where proofs for the sampler come from, {@code null} if the profile needs none. */
  private static SampleProofs provedSample(TokenSource source, Object sampler) {
    if (!source.isBound()) {
      return null;
    }
    if (sampler instanceof HTTPSamplerBase) {
      return new SampleProofs(source, (HTTPSamplerBase) sampler);
    }
    TollgateException e =
        new TollgateException(
            ErrorCode.CONFIG,
            source.title()
                + ": authorize(sampler) can prove the requests of HTTP Request samplers only: no"
                + " other tells its URL, which a DPoP proof must name. Put what"
                + " headers(method, url) says into the request instead");
    source.complain("authorize(sampler)", e);
    throw e;
  }

  /**
   * The same for the profile's other headers, if it has any: the same value on every request, also
   * on those that a plan retries or that have no token.
   */
  private static void injectHeaders(TokenSource source, Object sampler) {
    for (ApiHeader header : source.apiHeaders()) {
      injectHeader(source, sampler, header);
    }
  }

  private static void injectHeader(TokenSource source, Object sampler, ApiHeader header) {
    HeaderManager found = managerOf(source, sampler);
    Header present = found == null ? null : found.getFirstHeaderNamed(header.name());
    if (present != null && present.getValue().equals(header.value())) {
      return;
    }
    HeaderManager own = found;
    if (found == null || live(found) == null) {
      boolean replaces = found != null && WebSocketSample.replacesHeaders(sampler);
      HeaderManager added = replaces ? (HeaderManager) found.clone() : new HeaderManager();
      ((TestElement) sampler).addTestElement(added);
      own = managerOf(source, sampler);
    }
    if (own == null || (own == found && live(found) == null)) {
      throw unsupported(source, sampler, "it does not merge Header Managers");
    }
    own.removeHeaderNamed(header.name());
    own.add(new Header(header.name(), header.value()));
  }

  /** The manager's live header, {@code null} if it has none. */
  static LiveHeader live(HeaderManager manager) {
    for (JMeterProperty each : manager.getHeaders()) {
      if (each.getObjectValue() instanceof LiveHeader) {
        return (LiveHeader) each.getObjectValue();
      }
    }
    return null;
  }

  private static void replace(HeaderManager manager, LiveHeader live) {
    LiveHeader present = live(manager);
    if (present != null) {
      manager.removeHeaderNamed(present.getName());
    }
    manager.removeHeaderNamed(live.getName());
    manager.add(live);
  }

  /** Takes back what an earlier sample left in a sampler that keeps its Header Manager. */
  private static void removeLive(HeaderManager manager) {
    LiveHeader live = manager == null ? null : live(manager);
    if (live != null) {
      manager.removeHeaderNamed(live.getName());
      if (manager.getFirstHeaderNamed(ProofHeader.NAME) instanceof ProofHeader) {
        manager.removeHeaderNamed(ProofHeader.NAME);
      }
    }
  }

  private static HeaderManager managerOf(TokenSource source, Object sampler) {
    if (!(sampler instanceof TestElement)) {
      throw unsupported(source, sampler, "it is not a JMeter sampler");
    }
    if (sampler instanceof HTTPSamplerBase) {
      return ((HTTPSamplerBase) sampler).getHeaderManager();
    }
    try {
      if (WebSocketSample.replacesHeaders(sampler)) {
        return WebSocketSample.headers(sampler);
      }
      Method getter = sampler.getClass().getMethod(GETTER);
      Object manager = getter.invoke(sampler);
      if (manager != null && !(manager instanceof HeaderManager)) {
        throw unsupported(source, sampler, "its header manager is a " + manager.getClass());
      }
      return (HeaderManager) manager;
    } catch (NoSuchMethodException e) {
      throw unsupported(source, sampler, "it has no Header Manager");
    } catch (IllegalAccessException e) {
      throw unsupported(source, sampler, "its Header Manager is not accessible");
    } catch (InvocationTargetException e) {
      throw unsupported(source, sampler, GETTER + " met " + e.getCause());
    }
  }

  private static TollgateException unsupported(TokenSource source, Object sampler, String why) {
    String type = sampler == null ? "null" : sampler.getClass().getName();
    TollgateException e =
        new TollgateException(
            ErrorCode.CONFIG,
            source.title()
                + ": authorize(sampler) cannot give "
                + type
                + " a live header: "
                + why
                + ". Put authorization() or ${__tollgate("
                + source.name()
                + ",authorization)} into the field that carries the token instead");
    source.complain("authorize(sampler)", e);
    return e;
  }

  /**
   * JMeter lets a thread end rather than sleep beyond its schedule; a wait for a token is no
   * different, or each thread that meets its end while a token is renewed would leave a failed
   * sample. But where no token ever came there must be samples, and failed ones.
   */
  public static void endThreadAtItsScheduledEnd(TokenSource source) {
    long end = Hosts.current().scheduledEndMillis();
    if (end != 0 && System.currentTimeMillis() >= end && source.hadToken()) {
      Hosts.current().endThread();
    }
  }
}
