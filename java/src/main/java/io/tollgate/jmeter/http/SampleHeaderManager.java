package io.tollgate.jmeter.http;

import org.apache.jmeter.protocol.http.control.Header;
import org.apache.jmeter.protocol.http.control.HeaderManager;
import org.apache.jmeter.testelement.property.CollectionProperty;
import org.apache.jmeter.testelement.property.JMeterProperty;

/**
 * The Header Manager that an element gives to one HTTP sampler after the other: the headers of the
 * plan, and a live one. JMeter takes it back after each sample.
 *
 * <p>JMeter would merge two managers by cloning all that is in them, which takes longer than all
 * else that happens before a sample. Here the headers are the plan's own, so that functions in them
 * have one value in an iteration, as they have without Tollgate; only the manager around them is
 * another. It is filled anew each time: what somebody put into it was meant for that sample alone.
 * Samplers that run side by side never share one.
 */
public final class SampleHeaderManager {
  private Made last;

  /**
   * For the sample about to run.
   *
   * @param plan what the sampler has now, {@code null} if nothing; is not changed
   */
  HeaderManager over(HeaderManager plan, LiveToken token) {
    Made made = last;
    if (made == null || made.owner != Thread.currentThread() || made.manager == plan) {
      made = new Made(token);
      last = made;
    }
    made.fill(plan, token);
    return made.manager;
  }

  private static final class Made {
    private final Thread owner = Thread.currentThread();
    private final HeaderManager manager = new HeaderManager();
    private final LiveHeader live;

    Made(LiveToken token) {
      live = new LiveHeader(token);
    }

    void fill(HeaderManager plan, LiveToken token) {
      CollectionProperty headers = manager.getHeaders();
      headers.clear();
      live.carry(token);
      if (plan != null) {
        for (JMeterProperty each : plan.getHeaders()) {
          Header header = (Header) each.getObjectValue();
          if (!isReplaced(header, token)) {
            headers.addProperty(each);
          } else if (token.placement.isCookie() && !(header instanceof LiveHeader)) {
            live.keep(header.getValue());
          }
        }
      }
      headers.addItem(live); // first: it chooses the token that the proof is for
      if (token.proved != null) {
        headers.addItem(new ProofHeader(token.proved));
      }
    }

    private static boolean isReplaced(Header header, LiveToken token) {
      String name = header.getName();
      return token.placement.header().equalsIgnoreCase(name)
          || header instanceof LiveHeader
          || header instanceof ProofHeader
          || (token.proved != null && ProofHeader.NAME.equalsIgnoreCase(name));
    }
  }
}
