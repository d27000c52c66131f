package io.tollgate.run;

import io.tollgate.TollgateException;
import io.tollgate.engine.Engine;
import io.tollgate.engine.EngineHost;
import io.tollgate.engine.Engines;

/** The engine of this JVM, found or loaded at first use, and notified of JMeter's runs. */
public final class JvmEngine {
  static final EngineHost HOST =
      new EngineHost() {
        @Override
        public String property(String key) {
          return Hosts.current().property(key);
        }

        @Override
        public boolean mustPoll() {
          return Runs.mustPoll();
        }

        @Override
        public void follow(Engine engine) {
          Runs.follow(engine);
        }

        @Override
        public void eventsCame() {
          TokenRequestFeed.markChanged();
        }
      };

  private JvmEngine() {}

  /**
   * Loads or finds the engine.
   *
   * @return ready to use
   * @throws TollgateException {@code NATIVE_UNAVAILABLE}, with what was tried and what to do
   */
  public static Engine get() {
    return Engines.get(HOST);
  }

  /** Begins to look for it on a thread of its own, see {@link Engines#prepare}. */
  public static void prepare() {
    Engines.prepare(HOST);
  }
}
