package io.tollgate.cli.jtl;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;

/**
 * Reads zstd by aircompressor, a decoder in Java. The jar holds those of its classes that decode,
 * in a folder from which only this class loads them: another plugin's aircompressor in the same
 * JMeter stays as it is.
 */
final class Zstd {
  private static final String FOLDER = "/lib/aircompressor/";
  private static final String STREAM = "io.airlift.compress.zstd.ZstdInputStream";

  private Zstd() {}

  static InputStream stream(InputStream in) throws IOException {
    String file = STREAM.replace('.', '/') + ".class";
    URL found = Zstd.class.getResource(FOLDER + file);
    if (found == null) {
      throw new IOException("this jar has no decoder for zstd");
    }
    URL folder = new URL(found.toString().substring(0, found.toString().length() - file.length()));
    try {
      // Not closed: the stream loads classes until its end, and the program ends after it.
      ClassLoader loader = new URLClassLoader(new URL[] {folder}, null);
      return (InputStream)
          Class.forName(STREAM, true, loader).getConstructor(InputStream.class).newInstance(in);
    } catch (InvocationTargetException e) {
      throw new IOException("zstd can't be read here: " + e.getCause(), e);
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new IOException("zstd can't be read here: " + e, e);
    }
  }
}
