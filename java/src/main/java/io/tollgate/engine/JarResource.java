package io.tollgate.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;

/** What lies in the jar beside the classes. */
final class JarResource {
  private JarResource() {}

  /**
   * Reads a file of the jar.
   *
   * @return {@code null} if it is not there
   */
  static byte[] read(String resource) throws IOException {
    URL url = JarResource.class.getClassLoader().getResource(resource);
    if (url == null) {
      return null;
    }
    URLConnection connection = url.openConnection();
    connection.setUseCaches(false); // a cached jar handle outlives a replaced jar file
    try (InputStream in = connection.getInputStream()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 22);
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
      }
      return out.toByteArray();
    }
  }
}
