package io.tollgate.profile;

import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * What there is of each user of a profile, by name and password. Finding it again makes nothing: no
 * key is put together of the two, so no second copy of a password is left behind either.
 *
 * @param <T> what there is
 */
public final class Users<T> {
  private final ConcurrentMap<String, Entry<T>> byName = new ConcurrentHashMap<>();

  /**
   * Finds what there is of a user.
   *
   * @param name of the user
   * @param password of the user
   * @return {@code null} if nothing was made yet
   */
  public T find(String name, String password) {
    return find(byName.get(name), password);
  }

  /**
   * Finds what there is of a user, or makes it.
   *
   * @param name of the user
   * @param password of the user; another password is another user
   * @param make called once for each user
   * @return the same object for equal arguments
   */
  public T get(String name, String password, BiFunction<String, String, T> make) {
    return find(
        byName.compute(
            name,
            (key, first) ->
                find(first, password) != null
                    ? first
                    : new Entry<>(password, make.apply(name, password), first)),
        password);
  }

  void forEach(Consumer<T> action) {
    Collection<Entry<T>> all = byName.values();
    for (Entry<T> first : all) {
      for (Entry<T> entry = first; entry != null; entry = entry.next) {
        action.accept(entry.value);
      }
    }
  }

  private static <T> T find(Entry<T> first, String password) {
    for (Entry<T> entry = first; entry != null; entry = entry.next) {
      if (entry.password.equals(password)) {
        return entry.value;
      }
    }
    return null;
  }

  /** The passwords of one name, as a rule one. */
  private static final class Entry<T> {
    final String password;
    final T value;
    final Entry<T> next;

    Entry(String password, T value, Entry<T> next) {
      this.password = password;
      this.value = Objects.requireNonNull(value);
      this.next = next;
    }
  }
}
