package io.tollgate.jmeter.elements;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.jmeter.http.SampleTarget;
import io.tollgate.profile.ApiPause;
import io.tollgate.profile.Pacing;
import io.tollgate.profile.TokenSource;
import io.tollgate.run.Hosts;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.jmeter.samplers.SampleMonitor;
import org.apache.jmeter.samplers.Sampler;
import org.apache.jmeter.testbeans.TestBean;
import org.apache.jmeter.threads.JMeterContextService;
import org.apache.jmeter.timers.Timer;
import org.apache.jorphan.util.JMeterStopThreadException;

/**
 * <b>Tollgate Backoff Timer</b>: holds the samples in its scope while the API gate of the origin
 * that they are about to call is closed, and on request spreads what remains of its quotas.
 *
 * <p>It waits by itself and tells JMeter 0. A delay that JMeter sleeps ends the thread at once when
 * it would pass the thread's scheduled end, runs out undisturbed after a Shutdown, and is stretched
 * by {@code timer.factor}; ours ends within 250 ms of a stop, lasts to the scheduled end at most,
 * and is as long as the API asked for.
 *
 * <p>JMeter asks all timers first and sleeps what the others said afterwards. A gate may close in
 * that time, so it is looked at once more right before the request, as a monitor of samples: those
 * hear of every sample of the thread, so it acts only on one that this timer was asked about.
 *
 * <p>The class name and the names of its properties are in test plans: they do not change.
 */
public final class BackoffTimer extends SampleElement implements Timer, SampleMonitor, TestBean {
  private static final long serialVersionUID = 1L;

  private static final String PROFILE = "profile";
  private static final String PACING = "pacing";

  /** In JMeter's sampler context: the timers that were asked about the sample. */
  private static final String ASKED = "io.tollgate.asked";

  /** For JMeter. */
  public BackoffTimer() {}

  @Override
  boolean isField(String name) {
    return PROFILE.equals(name) || PACING.equals(name);
  }

  @Override
  boolean isLaterField(String name) {
    return PACING.equals(name);
  }

  /** Waits while the gate is closed. */
  @Override
  public long delay() {
    TokenSource source = choice().ofSample(text(PROFILE));
    // A pause that max_pause cut short is not to be followed by another.
    Supplier<String> target = () -> SampleTarget.settledOrigin(currentSampler());
    if (ApiPause.pause(source, target) == 0 || ApiPause.isOpen(source, target)) {
      Map<String, Object> sample = JMeterContextService.getContext().getSamplerContext();
      sample.put(ASKED, new Asked(this, source, (Asked) sample.get(ASKED)));
    }
    return 0;
  }

  /** What the API asks for is not a think time to be scaled. */
  @Override
  public boolean isModifiable() {
    return false;
  }

  /**
   * Waits if the gate closed while other timers slept.
   *
   * @throws JMeterStopThreadException if the thread is to end: JMeter would send the sample first
   */
  @Override
  public void sampleStarting(Sampler sampler) {
    TokenSource source = Asked.of(this);
    if (source == null) {
      return;
    }
    Supplier<String> target = () -> SampleTarget.settledOrigin(sampler);
    long paused = ApiPause.pause(source, target) + ApiPause.pace(source, target, pacing(source));
    if (paused > 0 && Hosts.current().stopRequested()) {
      throw new JMeterStopThreadException("the thread was to end while the API gate was closed");
    }
  }

  private Pacing pacing(TokenSource source) {
    String field = text(PACING);
    Pacing chosen = Pacing.of(field);
    if (chosen == null) {
      source.complain(
          "Tollgate Backoff Timer",
          new TollgateException(
              ErrorCode.CONFIG,
              source.title()
                  + ": the field Pacing of Tollgate Backoff Timer is '"
                  + field
                  + "'; choose off or rate_headers, or leave it blank for the profile's"));
      return Pacing.OFF;
    }
    return chosen;
  }

  private static Sampler currentSampler() {
    return JMeterContextService.getContext().getCurrentSampler();
  }

  @Override
  public void sampleEnded(Sampler sampler) {
    // Nothing to do.
  }

  /**
   * The profile whose API gate it heeds.
   *
   * @return blank: the one that authorizes the sample
   */
  public String getProfile() {
    return text(PROFILE);
  }

  /** For JMeter. */
  public void setProfile(String profile) {
    set(PROFILE, profile);
  }

  /**
   * Whether threads spread what remains of the API's quotas over the time to their reset.
   *
   * @return {@code off}, {@code rate_headers}; blank: the profile's
   */
  public String getPacing() {
    return text(PACING);
  }

  /** For JMeter. */
  public void setPacing(String pacing) {
    set(PACING, pacing);
  }

  /** A timer that was asked about the sample in progress, and whose gate it is to look at again. */
  private static final class Asked {
    private final BackoffTimer timer;
    private final TokenSource source;
    private final Asked before;

    Asked(BackoffTimer timer, TokenSource source, Asked before) {
      this.timer = timer;
      this.source = source;
      this.before = before;
    }

    /** Whose gate that timer is to look at, {@code null} if none. */
    static TokenSource of(BackoffTimer timer) {
      Map<String, Object> sample = JMeterContextService.getContext().getSamplerContext();
      for (Asked each = (Asked) sample.get(ASKED); each != null; each = each.before) {
        if (each.timer == timer) {
          return each.source;
        }
      }
      return null;
    }
  }
}
