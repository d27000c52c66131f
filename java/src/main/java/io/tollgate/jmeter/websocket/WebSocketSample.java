package io.tollgate.jmeter.websocket;

import io.tollgate.TollgateException;
import io.tollgate.jmeter.sample.ClassNames;
import io.tollgate.jmeter.sample.FailedSample;
import java.lang.reflect.Field;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.jmeter.protocol.http.control.CookieManager;
import org.apache.jmeter.protocol.http.control.HeaderManager;
import org.apache.jmeter.samplers.Sampler;
import org.apache.jmeter.testelement.TestElement;
import org.apache.jmeter.threads.JMeterContextService;

/**
 * One sample of a Luminis WebSocket sampler, which differs from an HTTP sampler in two ways (seen
 * up to version 1.3.1).
 *
 * <p>It keeps its Header Manager from sample to sample and reads all values while JMeter merges the
 * plan's headers into it, for a debug line, before any PreProcessor: such a read must neither wait
 * nor throw. And it reads headers where an exception ends {@code sample()} without a result: the
 * failed sample must be recorded here, or there would be none.
 */
public final class WebSocketSample {
  private static final String SAMPLER = "eu.luminis.jmeter.wssampler.WebsocketSampler";
  private static final String OPENS = "eu.luminis.jmeter.wssampler.OpenWebSocketSampler";
  private static final String NEW_CONNECTION = "createNewConnection";
  private static final String PATH = "path";
  private static final String UNDER_WAY = "io.tollgate.websocket";

  private final Sampler sampler;

  private WebSocketSample(Sampler sampler) {
    this.sampler = sampler;
  }

  /** The sample that is about to run, {@code null} if the sampler is of another kind. */
  public static WebSocketSample of(Object sampler) {
    if (!isSampler(sampler)) {
      return null;
    }
    WebSocketSample begun = new WebSocketSample((Sampler) sampler);
    JMeterContextService.getContext().getSamplerContext().put(UNDER_WAY, begun);
    return begun;
  }

  /** Whether it is one of these samplers. */
  public static boolean isSampler(Object sampler) {
    return ClassNames.isA(SAMPLER, sampler);
  }

  /** Whether it opens a connection; the others speak on one that is open. */
  public static boolean opensConnection(Object sampler) {
    return ClassNames.isA(OPENS, sampler)
        || ((TestElement) sampler).getPropertyAsBoolean(NEW_CONNECTION);
  }

  /** The path that it opens a connection with, and the query. */
  public static String path(Object sampler) {
    return ((TestElement) sampler).getPropertyAsString(PATH);
  }

  /** Sets the path of the sample about to run: JMeter takes it back after that. */
  public static void setPath(Object sampler, String path) {
    ((TestElement) sampler).setProperty(PATH, path);
  }

  /** Its Cookie Manager, {@code null} if it has none or is of another kind. */
  public static CookieManager cookies(Object sampler) {
    if (!isSampler(sampler)) {
      return null;
    }
    try {
      return (CookieManager) sampler.getClass().getMethod("getCookieManager").invoke(sampler);
    } catch (ReflectiveOperationException | ClassCastException e) {
      return null;
    }
  }

  /**
   * Up to version 1.2 they have no getter for their Header Manager, and take another in its place
   * instead of merging the two.
   */
  public static boolean replacesHeaders(Object sampler) {
    return isSampler(sampler) && OLD.get(sampler.getClass()).isPresent();
  }

  /** The Header Manager of such a sampler, {@code null} if it has none. */
  public static HeaderManager headers(Object sampler) throws IllegalAccessException {
    return (HeaderManager) OLD.get(sampler.getClass()).get().get(sampler);
  }

  /** The field of an older version, empty for the others. */
  private static final ClassValue<Optional<Field>> OLD =
      new ClassValue<Optional<Field>>() {
        @Override
        protected Optional<Field> computeValue(Class<?> type) {
          boolean hasGetter =
              Stream.of(type.getMethods())
                  .anyMatch(method -> method.getName().equals("getHeaderManager"));
          return hasGetter ? Optional.empty() : field(type);
        }
      };

  private static Optional<Field> field(Class<?> type) {
    for (Class<?> at = type; at != null; at = at.getSuperclass()) {
      try {
        Field field = at.getDeclaredField("headerManager");
        field.setAccessible(true);
        return field.getType() == HeaderManager.class ? Optional.of(field) : Optional.empty();
      } catch (NoSuchFieldException e) {
        // One further up may have it.
      } catch (RuntimeException e) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** Whether a read is part of this sample: JMeter clears the sampler context after each. */
  public boolean isUnderWay() {
    return JMeterContextService.getContext().getSamplerContext().get(UNDER_WAY) == this;
  }

  /**
   * Records the failed sample, as JMeter would have done.
   *
   * @param startMillis when the sampler asked for the header
   * @return what to throw, for {@code sample()} to end with
   */
  public RuntimeException failed(TollgateException why, long startMillis) {
    return FailedSample.record(sampler, why, startMillis);
  }
}
