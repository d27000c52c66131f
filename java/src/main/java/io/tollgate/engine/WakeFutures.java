package io.tollgate.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One future for each handle, shared by all threads that wait for it. A wake completes the future
 * and puts a fresh one in its place in the same step, so a thread that took the future before it
 * looked at the native state can miss nothing.
 */
final class WakeFutures {
  private final ConcurrentMap<Long, AtomicReference<CompletableFuture<Void>>> futures =
      new ConcurrentHashMap<>();

  /** The future the next {@link #wake} of this handle completes. */
  CompletableFuture<Void> next(long handle) {
    return slot(handle).get();
  }

  void wake(long handle) {
    slot(handle).getAndSet(new CompletableFuture<>()).complete(null);
  }

  private AtomicReference<CompletableFuture<Void>> slot(long handle) {
    return futures.computeIfAbsent(handle, h -> new AtomicReference<>(new CompletableFuture<>()));
  }
}
