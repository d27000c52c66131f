package io.tollgate.engine;

import java.util.function.BiFunction;

/**
 * How copies of the jar in other class loaders see the engine: through types every class loader
 * shares. Not for remote management.
 */
public interface EngineExportMBean {
  /**
   * The version of the calls {@link #getBridge} understands.
   *
   * @return changes when a call does
   */
  int getProtocol();

  /**
   * The version of the jar that loaded the library.
   *
   * @return for example {@code 0.1.0}
   */
  String getVersion();

  /**
   * The engine: method name and arguments in, {@code {"ok", value}} or {@code {"error", code,
   * message}} out.
   *
   * @return holds no type of this jar
   */
  BiFunction<String, Object[], Object> getBridge();
}
