package io.tollgate.tests.failures;

import io.tollgate.tests.Counts;
import io.tollgate.tests.JMeterRun;
import io.tollgate.tests.Layout;
import io.tollgate.tests.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Plays the stories of examples/failures and prints a table for each. Ends with an exit code other
 * than 0 if Tollgate broke a promise.
 */
public final class Failures {
  private static final List<Story> STORIES =
      List.of(Stampede.STORY, MinuteMark.STORY, Revoked.STORY, Throttled.STORY, Sustained.STORY);

  private final Stage stage = new Stage("failures", Failures::progress);

  private Failures() {}

  /**
   * Plays the stories named, or all.
   *
   * @param names directories of examples/failures
   */
  public static void main(String[] names) throws IOException {
    List<String> wanted = List.of(names);
    List<Story> stories =
        STORIES.stream()
            .filter(story -> wanted.isEmpty() || wanted.contains(story.name()))
            .toList();
    if (stories.isEmpty()) {
      say("no such story; there are %s", STORIES.stream().map(Story::name).toList());
      System.exit(2);
    }
    Failures failures = new Failures();
    boolean kept = true;
    for (Story story : stories) {
      kept &= failures.play(story);
    }
    System.exit(kept ? 0 : 1);
  }

  private boolean play(Story story) throws IOException {
    say("");
    say("%s: %s", story.name(), story.told());
    List<Played> all = new ArrayList<>();
    for (Column column : story.columns()) {
      say("  %s", column.title());
      all.add(stage.play(story, column));
    }
    say("");
    System.out.print(story.table(all).plain());
    Path file = stage.home().resolve(story.name()).resolve("table.md");
    Files.writeString(file, story.table(all).markdown());
    say("  The table as Markdown: %s", Layout.build().getParent().relativize(file));
    boolean kept = true;
    for (Played played : all) {
      kept &= isKnown(story, played);
      if (played.column().plan().equals("tollgate")) {
        List<String> broken = story.promise().apply(played);
        if (!broken.isEmpty()) {
          say("  %s broke its promise: %s", played.column().title(), String.join("; ", broken));
          kept = false;
        }
      }
    }
    return kept;
  }

  /**
   * Whether {@code explain} knows a run by its results alone: the failure by its story, Tollgate's
   * by nothing. Of the forum's answer it says what it sees.
   */
  private static boolean isKnown(Story story, Played played) {
    String named = Program.storyOf(played.run().directory().resolve("results.jtl"));
    String key = played.column().key();
    say("  explain, of %s: %s", key, named.isEmpty() ? "nothing found" : "most like " + named);
    boolean failure = key.equals(story.columns().get(0).key());
    boolean known = failure ? named.equals(story.name()) : key.equals("forum") || named.isEmpty();
    if (!known) {
      say("  explain does not know %s for what it is", key);
    }
    return known;
  }

  private static void progress(Duration sinceStart, Counts counts, JMeterRun run) {
    say(
        "    %3d s  %,7d API requests, %,6d x 401   %,6d token requests, %,6d refused",
        sinceStart.toSeconds(),
        counts.apiRequests(),
        counts.unauthorized() + counts.unauthenticated(),
        counts.allTokenRequests(),
        counts.rejected() + counts.throttled() + counts.faulted());
  }

  private static void say(String format, Object... arguments) {
    System.out.println(String.format(Locale.ROOT, format, arguments));
  }
}
