package io.tollgate.jmeter.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.apache.jmeter.visualizers.backend.BackendListenerClient;
import org.apache.jmeter.visualizers.backend.graphite.GraphiteBackendListenerClient;
import org.apache.jmeter.visualizers.backend.influxdb.InfluxdbBackendListenerClient;
import org.junit.jupiter.api.Test;

/** The Backend Listener offers them, and keeps the parameters that a plan has. */
class BackendListenerClientsTest {
  @Test
  void jmeterFindsThemAndTheyTakeItsParameters() {
    List<BackendListenerClient> ours = new ArrayList<>();
    for (BackendListenerClient client : ServiceLoader.load(BackendListenerClient.class)) {
      if (client.getClass().getName().startsWith("io.tollgate.")) {
        ours.add(client);
      }
    }
    assertEquals(2, ours.size(), ours.toString());
    assertEquals(
        new GraphiteBackendListenerClient().getDefaultParameters().getArgumentsAsMap(),
        ours.get(0).getDefaultParameters().getArgumentsAsMap());
    assertEquals(
        new InfluxdbBackendListenerClient().getDefaultParameters().getArgumentsAsMap(),
        ours.get(1).getDefaultParameters().getArgumentsAsMap());
  }
}
