package io.tollgate.jmeter.sample;

/** Knows third-party samplers by name: Tollgate is not compiled against them. */
public final class ClassNames {
  private ClassNames() {}

  /** Whether an object's class, or one that it extends, is called so. */
  public static boolean isA(String className, Object object) {
    Class<?> type = object == null ? null : object.getClass();
    for (; type != null; type = type.getSuperclass()) {
      if (type.getName().equals(className)) {
        return true;
      }
    }
    return false;
  }
}
