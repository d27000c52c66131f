package io.tollgate.jmeter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.ErrorCode;
import io.tollgate.Tollgate;
import io.tollgate.TollgateException;
import io.tollgate.jmeter.functions.TollgateFunction;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.util.ArrayList;
import java.util.List;
import org.apache.jmeter.engine.util.CompoundVariable;
import org.apache.jmeter.functions.InvalidVariableException;
import org.apache.jmeter.threads.JMeterContextService;
import org.apache.jmeter.threads.JMeterVariables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TollgateFunctionTest {
  private TokenServer server;
  private String name;

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
    name = Plugin.newName();
    Tollgate.define(name, server.settings());
    JMeterContextService.startTest();
    JMeterContextService.getContext().setVariables(new JMeterVariables());
  }

  @AfterEach
  void stop() {
    JMeterContextService.endTest();
    server.close();
  }

  private static String call(String... arguments) throws InvalidVariableException {
    List<CompoundVariable> parameters = new ArrayList<>();
    for (String argument : arguments) {
      parameters.add(new CompoundVariable(argument));
    }
    TollgateFunction function = new TollgateFunction();
    function.setParameters(parameters);
    return function.execute(null, null);
  }

  @Test
  void givesEachFieldAndFillsTheVariable() throws Exception {
    assertEquals("Bearer " + server.token(1), call(name));
    assertEquals("Bearer " + server.token(1), call(name, "authorization"));
    assertEquals(server.token(1), call(name, "token", "v"));
    assertEquals(server.token(1), JMeterContextService.getContext().getVariables().get("v"));
    assertEquals("1", call(name, "generation"));
    assertTrue(Long.parseLong(call(name, "remaining")) > 3000);
  }

  @Test
  void throwsWhereThereIsNoTokenOrNoSuchField() {
    TollgateException e = assertThrows(TollgateException.class, () -> call(name, "expiry"));
    assertEquals(ErrorCode.CONFIG, e.getCode());
    assertThrows(TollgateException.class, () -> call(Plugin.newName()));
    assertThrows(InvalidVariableException.class, () -> call());
  }

  @Test
  void saysSoWhereItsValueWouldBeFrozenForTheWholeTest() throws Exception {
    JMeterContextService.endTest();
    String told = "tollgate-evaluated-before-the-test-see-jmeter-log";
    assertEquals(told, call(name, "token", "v"));
    assertEquals(told, JMeterContextService.getContext().getVariables().get("v"));
    assertEquals(0, server.requests());
  }
}
