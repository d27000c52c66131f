package io.tollgate.jmeter.http;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.util.function.Supplier;
import org.apache.jmeter.protocol.http.control.HeaderManager;
import org.apache.jmeter.protocol.http.sampler.HTTPAbstractImpl;
import org.apache.jmeter.protocol.http.sampler.HTTPJavaImpl;
import org.apache.jmeter.protocol.http.sampler.HTTPSampleResult;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerBase;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerFactory;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.testelement.property.TestElementProperty;

/**
 * The request that an HTTP Request of JMeter is sending: the sample's own, one that a redirect
 * leads to, or one for an embedded resource.
 *
 * <p>JMeter tells a header nothing of the request that it is read for. It hands the URL of each to
 * the sampler's implementation, so an observer is put in that place. To ask the sampler instead
 * would evaluate the functions in its fields again, and redirects are in no field.
 */
public final class SentRequest {
  private static final ThreadLocal<SentRequest> UNDER_WAY = new ThreadLocal<>();

  private final HTTPSamplerBase sampler;
  private final URL url;
  private final String method;

  private SentRequest(HTTPSamplerBase sampler, URL url, String method) {
    this.sampler = sampler;
    this.url = url;
    this.method = method;
  }

  URL url() {
    return url;
  }

  String method() {
    return method;
  }

  /**
   * The request that this thread is sending for a sampler.
   *
   * @return {@code null} if it is not known to send one
   */
  static SentRequest of(Object sampler) {
    SentRequest request = UNDER_WAY.get();
    return request != null && request.sampler == sampler ? request : null;
  }

  /** From now on the requests of a sampler are observed, if that is one of JMeter's own. */
  static boolean observe(Object sampler) {
    return observer(sampler) != null;
  }

  /** The same, and the next request of its own is kept, so that it can be sent once more. */
  static void keepNext(Object sampler) {
    Observer observer = observer(sampler);
    if (observer != null) {
      observer.kept = null;
      observer.keepsNext = true;
    }
  }

  /**
   * Sends the request again that a sampler sent last, to the same URL and with the same body: what
   * functions gave for it is not evaluated anew.
   *
   * @return {@code null} if that is not possible: a sampler of another class with functions in its
   *     fields
   */
  public static SampleResult again(HTTPSamplerBase sampler) {
    Observer observer = observer(sampler);
    if (observer != null && observer.kept != null) {
      return observer.sample(observer.kept.url, observer.kept.method, false, 0);
    }
    if (EvaluatedFields.vary(sampler)) {
      return null;
    }
    LiveHeader.sampleAgain(sampler);
    return sampler.sample(null);
  }

  private static Observer observer(Object sampler) {
    if (!(sampler instanceof HTTPSamplerProxy) || !Observer.isPossible()) {
      return null;
    }
    try {
      Object found = Observer.PLACE.get(sampler);
      if (!(found instanceof Observer)) {
        HTTPSamplerProxy observed = (HTTPSamplerProxy) sampler;
        found = new Observer(observed, (HTTPAbstractImpl) found);
        Observer.PLACE.set(observed, found);
      }
      return (Observer) found;
    } catch (IllegalAccessException e) {
      return null;
    }
  }

  /** Stands between a sampler and its implementation, which it makes as the sampler would. */
  private static final class Observer extends HTTPAbstractImpl {
    static final Field PLACE = place();
    private static final Method SAMPLE =
        method("sample", URL.class, String.class, boolean.class, int.class);
    private static final Method THREAD_FINISHED = method("threadFinished");
    private static final Method LOOP_RESTARTED = method("notifyFirstSampleAfterLoopRestart");

    private volatile HTTPAbstractImpl observed;

    /** Of the JMeter thread that runs the sampler, as is the next. */
    private boolean keepsNext;

    /** The request of its own that was sent last, {@code null} if it was not kept. */
    private SentRequest kept;

    Observer(HTTPSamplerProxy sampler, HTTPAbstractImpl observed) {
      super(sampler);
      this.observed = observed;
    }

    /** Not in a JMeter that is made otherwise than those that are known. */
    static boolean isPossible() {
      return PLACE != null && SAMPLE != null && THREAD_FINISHED != null && LOOP_RESTARTED != null;
    }

    private static Field place() {
      try {
        Field field = HTTPSamplerProxy.class.getDeclaredField("impl");
        field.setAccessible(true);
        return field.getType() == HTTPAbstractImpl.class ? field : null;
      } catch (ReflectiveOperationException | RuntimeException e) {
        return null;
      }
    }

    private static Method method(String name, Class<?>... parameters) {
      try {
        Method method = HTTPAbstractImpl.class.getDeclaredMethod(name, parameters);
        method.setAccessible(true);
        return method;
      } catch (ReflectiveOperationException | RuntimeException e) {
        return null;
      }
    }

    @Override
    protected HTTPSampleResult sample(URL url, String method, boolean redirected, int depth) {
      if (observed == null) {
        observed =
            HTTPSamplerFactory.getImplementation(testElement.getImplementation(), testElement);
      }
      SentRequest request = new SentRequest(testElement, url, method);
      if (keepsNext) {
        keepsNext = false;
        kept = request;
        EvaluatedFields.settleBody(testElement, sendsParameters(method));
      }
      SentRequest outer = UNDER_WAY.get();
      UNDER_WAY.set(request);
      try {
        boolean isOwn = !redirected && depth == 0;
        URL target = isOwn ? LiveQuery.in(testElement, url) : url;
        return withOwnHeaders(
            url, () -> (HTTPSampleResult) call(SAMPLE, target, method, redirected, depth));
      } finally {
        UNDER_WAY.set(outer); // not removed: the next sample would make the entry again
      }
    }

    /** A request for a token goes out with the headers that the plan has for it, and no other. */
    private HTTPSampleResult withOwnHeaders(URL url, Supplier<HTTPSampleResult> send) {
      HeaderManager ours = testElement.getHeaderManager();
      LiveHeader live = ours == null ? null : HeaderInjection.live(ours);
      if (live == null || !live.isWithheldFrom(url)) {
        return send.get();
      }
      put(PlanHeaders.of(testElement));
      try {
        return send.get();
      } finally {
        put(ours);
      }
    }

    private void put(HeaderManager headers) {
      testElement.setProperty(new TestElementProperty(HTTPSamplerBase.HEADER_MANAGER, headers));
    }

    /** Whether the parameters are in the body: of these methods they are in the URL. */
    private boolean sendsParameters(String method) {
      switch (method) {
        case "GET":
        case "OPTIONS":
          return false;
        case "DELETE": // HttpClient's has them in both
          return !(observed instanceof HTTPJavaImpl);
        default:
          return true;
      }
    }

    private Object call(Method method, Object... arguments) {
      try {
        return method.invoke(observed, arguments);
      } catch (InvocationTargetException e) {
        if (e.getCause() instanceof RuntimeException) {
          throw (RuntimeException) e.getCause();
        }
        if (e.getCause() instanceof Error) {
          throw (Error) e.getCause();
        }
        throw new IllegalStateException(e.getCause());
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    protected void threadFinished() {
      if (observed != null) {
        call(THREAD_FINISHED);
      }
    }

    @Override
    protected void notifyFirstSampleAfterLoopRestart() {
      if (observed != null) {
        call(LOOP_RESTARTED);
      }
    }

    @Override
    public boolean interrupt() {
      HTTPAbstractImpl now = observed;
      return now != null && now.interrupt();
    }
  }
}
