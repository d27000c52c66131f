package io.tollgate.tests.window;

import java.awt.Robot;
import java.awt.event.KeyEvent;
import java.util.Map;

/** Types on a US keyboard, which is what a new X server has. */
final class Keyboard {
  /** Characters that are no letters or digits, by their key; upper case means Shift. */
  private static final Map<Character, Integer> PLAIN =
      Map.of(
          '-', KeyEvent.VK_MINUS,
          '=', KeyEvent.VK_EQUALS,
          '.', KeyEvent.VK_PERIOD,
          ',', KeyEvent.VK_COMMA,
          '/', KeyEvent.VK_SLASH,
          ';', KeyEvent.VK_SEMICOLON,
          ' ', KeyEvent.VK_SPACE);

  private static final Map<Character, Integer> SHIFTED =
      Map.of(
          '_', KeyEvent.VK_MINUS,
          ':', KeyEvent.VK_SEMICOLON,
          '?', KeyEvent.VK_SLASH,
          '+', KeyEvent.VK_EQUALS,
          '$', KeyEvent.VK_4,
          '(', KeyEvent.VK_9,
          ')', KeyEvent.VK_0,
          '{', KeyEvent.VK_OPEN_BRACKET,
          '}', KeyEvent.VK_CLOSE_BRACKET);

  private final Robot robot;

  Keyboard(Robot robot) {
    this.robot = robot;
  }

  void type(String text) {
    for (char c : text.toCharArray()) {
      if (SHIFTED.containsKey(c)) {
        press(SHIFTED.get(c), KeyEvent.VK_SHIFT);
      } else if (PLAIN.containsKey(c)) {
        press(PLAIN.get(c));
      } else if (Character.isUpperCase(c)) {
        press(c, KeyEvent.VK_SHIFT);
      } else if (Character.isLetterOrDigit(c)) {
        press(Character.toUpperCase(c));
      } else {
        throw new IllegalArgumentException("no key for '" + c + "'");
      }
    }
  }

  /** Presses a key while others are held. */
  void press(int key, int... held) {
    for (int each : held) {
      robot.keyPress(each);
    }
    robot.keyPress(key);
    robot.keyRelease(key);
    for (int each : held) {
      robot.keyRelease(each);
    }
    robot.waitForIdle();
  }
}
