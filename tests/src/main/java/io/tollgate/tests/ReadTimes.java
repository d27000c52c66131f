package io.tollgate.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Header Manager over a whole plan that names the time at which JMeter reads the headers. */
final class ReadTimes {
  private static final String PLAN_ENDS = "</TestPlan>\n    <hashTree>\n";

  private static final String HEADER_MANAGER =
      String.join(
          "\n",
          "<HeaderManager guiclass=\"HeaderPanel\" testclass=\"HeaderManager\" testname=\"read"
              + " at\">",
          "  <collectionProp name=\"HeaderManager.headers\">",
          "    <elementProp name=\"\" elementType=\"Header\">",
          "      <stringProp name=\"Header.name\">" + AuthServer.READ_AT + "</stringProp>",
          "      <stringProp name=\"Header.value\">${__time(,)}</stringProp>",
          "    </elementProp>",
          "  </collectionProp>",
          "</HeaderManager>",
          "<hashTree/>",
          "");

  private ReadTimes() {}

  /** A copy of the plan in that directory, with the Header Manager on top. */
  static Path addedTo(Path plan, Path directory) throws IOException {
    String text = Files.readString(plan);
    int at = text.indexOf(PLAN_ENDS);
    if (at < 0) {
      throw new IllegalArgumentException("no test plan with children in " + plan);
    }
    at += PLAN_ENDS.length();
    return Files.writeString(
        directory.resolve(plan.getFileName()),
        text.substring(0, at) + HEADER_MANAGER + text.substring(at));
  }
}
