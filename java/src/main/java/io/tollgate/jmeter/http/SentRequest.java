package io.tollgate.jmeter.http;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import org.apache.jmeter.protocol.http.sampler.HTTPAbstractImpl;
import org.apache.jmeter.protocol.http.sampler.HTTPSampleResult;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerBase;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerFactory;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;

/**
 * The request that an HTTP Request of JMeter is sending: the sample's own, one that a redirect
 * leads to, or one for an embedded resource.
 *
 * <p>JMeter tells a header nothing of the request that it is read for. It hands the URL of each to
 * the sampler's implementation, so an observer is put in that place. To ask the sampler instead
 * would evaluate the functions in its fields again, and redirects are in no field.
 */
final class SentRequest {
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
  static void observe(Object sampler) {
    if (!(sampler instanceof HTTPSamplerProxy) || !Observer.isPossible()) {
      return;
    }
    try {
      Object found = Observer.PLACE.get(sampler);
      if (!(found instanceof Observer)) {
        HTTPSamplerProxy observed = (HTTPSamplerProxy) sampler;
        Observer.PLACE.set(observed, new Observer(observed, (HTTPAbstractImpl) found));
      }
    } catch (IllegalAccessException e) {
      // Its requests stay unknown.
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
      SentRequest outer = UNDER_WAY.get();
      UNDER_WAY.set(new SentRequest(testElement, url, method));
      try {
        return (HTTPSampleResult) call(SAMPLE, url, method, redirected, depth);
      } finally {
        if (outer == null) {
          UNDER_WAY.remove();
        } else {
          UNDER_WAY.set(outer);
        }
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
