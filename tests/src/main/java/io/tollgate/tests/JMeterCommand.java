package io.tollgate.tests;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The command that starts a JMeter: its own launcher, or another program with JMeter's engine. */
final class JMeterCommand {
  /** Packages that JMeter's own launcher opens to it; other plugins reach into them. */
  private static final List<String> OPENED =
      List.of(
          "java.base/java.lang",
          "java.base/java.lang.invoke",
          "java.base/java.lang.reflect",
          "java.base/java.text",
          "java.base/java.util");

  private final List<String> jvm = new ArrayList<>();
  private final List<String> logLevels = new ArrayList<>();
  private final List<String> before = new ArrayList<>();
  private Path java = Path.of(System.getProperty("java.home"));
  private JMeterHome home;
  private boolean report;
  private List<Integer> engines = List.of();
  private String script;
  private List<String> arguments = List.of();

  void jvm(String option) {
    jvm.add(option);
  }

  void logLevel(String category, String level) {
    logLevels.add("-L" + category + "=" + level);
  }

  void before(Path jar) {
    before.add(jar.toString());
  }

  void jdk(Path home) {
    java = home;
  }

  void home(JMeterHome other) {
    home = other;
  }

  void report() {
    report = true;
  }

  void engines(List<Integer> ports) {
    engines = ports;
  }

  void embedded(String groovy, List<String> more) {
    script = groovy;
    arguments = more;
  }

  List<String> of(Path plan) {
    List<String> command = new ArrayList<>();
    command.add(java.resolve("bin").resolve("java").toString());
    // Modest, because hundreds of threads share two cores with the server that judges them.
    command.addAll(List.of("-Xms256m", "-Xmx512m", "-Xss512k", "-XX:+UseSerialGC"));
    // A run is over before the second compiler's work would pay.
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Djava.awt.headless=true");
    command.add("-Duser.language=en"); // what it writes is read by tests
    OPENED.forEach(opened -> command.add("--add-opens=" + opened + "=ALL-UNNAMED"));
    command.addAll(jvm);
    JMeterHome jmeter = home == null ? JMeterHome.withTollgate() : home;
    command.addAll(script == null ? headless(jmeter, plan) : embedded(jmeter, plan));
    return command;
  }

  private List<String> headless(JMeterHome jmeter, Path plan) {
    List<String> command = new ArrayList<>();
    if (!engines.isEmpty()) {
      command.add("-Djava.rmi.server.hostname=127.0.0.1");
    }
    command.addAll(List.of("-jar", jmeter.resolve("bin/ApacheJMeter.jar").toString()));
    command.addAll(List.of("-n", "-t", plan.toString(), "-q", "run.properties"));
    command.addAll(List.of("-l", "results.jtl", "-j", "jmeter.log"));
    command.addAll(logLevels);
    if (!engines.isEmpty()) {
      String hosts =
          engines.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
      command.addAll(List.of("-R", hosts));
    }
    if (report) {
      command.addAll(List.of("-e", "-o", "report"));
    }
    return command;
  }

  private List<String> embedded(JMeterHome jmeter, Path plan) {
    List<String> classPath = new ArrayList<>(before);
    classPath.add(jmeter.resolve("lib") + "/*");
    classPath.add(jmeter.resolve("lib/ext") + "/*");
    classPath.add(jmeter.resolve("bin/ApacheJMeter.jar").toString());
    List<String> command = new ArrayList<>();
    command.add("-Dlog4j2.configurationFile=" + jmeter.resolve("bin/log4j2.xml"));
    command.add("-Djmeter.logfile=jmeter.log");
    command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath)));
    command.addAll(List.of("groovy.ui.GroovyMain", Layout.plan(script).toString()));
    command.addAll(List.of(jmeter.resolve("").toString(), plan.toString()));
    command.addAll(arguments);
    return command;
  }
}
