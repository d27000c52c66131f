package io.tollgate.cli.jtl;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times written by {@code jmeter.save.saveservice.timestamp_format}, any pattern of
 * SimpleDateFormat. The pattern is not in the file; the order of day, month and year is found from
 * the values themselves.
 *
 * <p>Times without a date begin on one day, and go on to the next when the clock falls back by half
 * a day or more.
 */
final class DatedTimes {
  private static final Pattern CLOCK =
      Pattern.compile(
          "(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,:](\\d{1,9}))?)?(?:\\s*([AaPp])\\.?[Mm]\\.?)?");

  /** {@code yyyyMMddHHmmss}, with {@code SSS} or without. */
  private static final Pattern COMPACT =
      Pattern.compile("(\\d{4})(\\d{2})(\\d{2})[ T_-]?(\\d{2})(\\d{2})(\\d{2})(\\d{3})?");

  private static final Pattern OFFSET = Pattern.compile("([+-])(\\d{2}):?(\\d{2})$");
  private static final Pattern UTC = Pattern.compile("(Z|UTC|GMT)$");
  private static final Pattern PART = Pattern.compile("\\d+|\\p{L}+");
  private static final List<String> MONTHS = months();
  private static final long DAY = 86_400_000;

  /** What the numbers of a date are, in their order: any of y, M, m and d; empty without a date. */
  private final String order;

  private final long resolution;
  private final ZoneId zone = ZoneId.systemDefault();
  private long daysBehind;
  private long before = Long.MIN_VALUE;

  private DatedTimes(String order, long resolution) {
    this.order = order;
    this.resolution = resolution;
  }

  private static List<String> months() {
    List<String> months = new ArrayList<>();
    for (Month month : Month.values()) {
      months.add(month.name().substring(0, 3).toLowerCase(Locale.ROOT));
    }
    return months;
  }

  static boolean isDated(String text) {
    return text.length() < 64 && (CLOCK.matcher(text).find() || COMPACT.matcher(text).matches());
  }

  /** How these are read, {@code null} if they are no times. */
  static DatedTimes of(List<String> examples) {
    List<List<Integer>> dates = new ArrayList<>();
    List<Integer> minutes = new ArrayList<>();
    List<String> first = null;
    long resolution = 60_000;
    for (String example : examples) {
      Matcher compact = COMPACT.matcher(example);
      if (compact.matches()) {
        return new DatedTimes("yMd", compact.group(7) == null ? 1000 : 1);
      }
      Matcher clock = CLOCK.matcher(example);
      if (!clock.find()) {
        continue;
      }
      resolution = Math.min(resolution, unitOf(clock));
      List<String> parts = parts(example, clock);
      first = first == null ? parts : first;
      dates.add(numbers(parts));
      minutes.add(number(clock, 2));
    }
    return first == null ? null : new DatedTimes(orderOf(first, dates, minutes), resolution);
  }

  private static long unitOf(Matcher clock) {
    return clock.group(3) == null ? 60_000 : clock.group(4) == null ? 1000 : 1;
  }

  /** The numbers and names of the date around a clock; names of days and zones are left out. */
  private static List<String> parts(String text, Matcher clock) {
    String date = text.substring(0, clock.start()) + " " + yearBehind(text, clock.end());
    List<String> parts = new ArrayList<>();
    Matcher part = PART.matcher(date);
    while (part.find()) {
      String name = part.group();
      if (Character.isDigit(name.charAt(0)) || monthOf(name) > 0) {
        parts.add(name);
      }
    }
    return parts;
  }

  /** What follows the clock without the offset of a zone. */
  private static String yearBehind(String text, int from) {
    return OFFSET.matcher(text.substring(from)).replaceFirst("");
  }

  private static List<Integer> numbers(List<String> parts) {
    List<Integer> numbers = new ArrayList<>();
    for (String part : parts) {
      int month = monthOf(part);
      numbers.add(month > 0 ? month : part.length() > 8 ? 0 : Integer.parseInt(part));
    }
    return numbers;
  }

  /** 1 to 12 for the English name of a month, 0 for anything else. */
  private static int monthOf(String name) {
    return name.length() < 3
        ? 0
        : MONTHS.indexOf(name.substring(0, 3).toLowerCase(Locale.ROOT)) + 1;
  }

  /** What the parts are, from their lengths and from values that only a day can have. */
  private static String orderOf(
      List<String> first, List<List<Integer>> dates, List<Integer> minutes) {
    if (first.size() < 2) {
      return "";
    }
    int name = -1;
    for (int i = 0; i < first.size(); i++) {
      name = monthOf(first.get(i)) > 0 ? i : name;
    }
    if (first.size() == 2) {
      return name == 1 || name < 0 && isAboveTwelve(dates, 0) ? "dM" : "Md";
    }
    boolean yearFirst = first.get(0).length() == 4;
    if (name >= 0) {
      return yearFirst ? "yMd" : name == 1 ? "dMy" : "Mdy";
    }
    if (yearFirst) {
      return isNoMonth(dates, minutes) ? "ymd" : isAboveTwelve(dates, 1) ? "ydM" : "yMd";
    }
    if (first.get(2).length() != 4 && isAbove(dates, 0, 31)) {
      return "yMd";
    }
    return isAboveTwelve(dates, 1) ? "Mdy" : "dMy";
  }

  /** Of {@code yyyy/mm/dd}, a pattern that means the minute where people mean the month. */
  private static boolean isNoMonth(List<List<Integer>> dates, List<Integer> minutes) {
    boolean minute = dates.size() > 1;
    for (int i = 0; i < dates.size(); i++) {
      minute &= dates.get(i).size() > 1 && dates.get(i).get(1).equals(minutes.get(i));
    }
    return minute || isAbove(dates, 1, 31) || isAboveTwelve(dates, 1) && isAboveTwelve(dates, 2);
  }

  private static boolean isAboveTwelve(List<List<Integer>> dates, int part) {
    return isAbove(dates, part, 12);
  }

  private static boolean isAbove(List<List<Integer>> dates, int part, int bound) {
    return dates.stream().anyMatch(date -> date.size() > part && date.get(part) > bound);
  }

  long resolution() {
    return resolution;
  }

  /** One time, -1 if it can't be read. */
  long read(String text) {
    try {
      Matcher compact = COMPACT.matcher(text);
      if (compact.matches()) {
        LocalDate day = LocalDate.of(number(compact, 1), number(compact, 2), number(compact, 3));
        return at(day, number(compact, 4), number(compact, 5), number(compact, 6), 0, text)
            + number(compact, 7);
      }
      Matcher clock = CLOCK.matcher(text);
      return clock.find() ? read(text, clock) : -1;
    } catch (DateTimeException e) {
      return -1; // a number out of its bounds: the caller names the line
    }
  }

  private long read(String text, Matcher clock) {
    List<Integer> numbers = numbers(parts(text, clock));
    if (numbers.size() < order.length()) {
      return -1;
    }
    int year = 1970;
    int month = 1;
    int day = 1;
    for (int i = 0; i < order.length(); i++) {
      int number = numbers.get(i);
      switch (order.charAt(i)) {
        case 'y':
          year = number < 100 ? 2000 + number : number;
          break;
        case 'M':
          month = number;
          break;
        case 'm':
          break; // the minute, which the clock says too
        default:
          day = number;
      }
    }
    int hour = number(clock, 1);
    if (clock.group(5) != null) {
      hour = hour % 12 + (clock.group(5).equalsIgnoreCase("p") ? 12 : 0);
    }
    // The pattern hh without a mark of the half day is 1 to 12; 24 is the end of a day.
    long at =
        at(
            LocalDate.of(year, month, day),
            hour % 24,
            number(clock, 2),
            number(clock, 3),
            fraction(clock.group(4)),
            text.substring(clock.end()));
    return order.isEmpty() ? running(at) : at;
  }

  private long at(LocalDate day, int hour, int minute, int second, int nanos, String behind) {
    LocalTime time = LocalTime.of(hour, minute, Math.min(second, 59), nanos);
    Matcher offset = OFFSET.matcher(behind);
    if (offset.find()) {
      int sign = offset.group(1).equals("-") ? -1 : 1;
      return day.atTime(time)
          .toInstant(ZoneOffset.ofHoursMinutes(sign * number(offset, 2), sign * number(offset, 3)))
          .toEpochMilli();
    }
    ZoneId where = UTC.matcher(behind).find() || order.isEmpty() ? ZoneOffset.UTC : zone;
    return day.atTime(time).atZone(where).toInstant().toEpochMilli();
  }

  /** Of a clock without a date: a later day each time it falls back. */
  private long running(long at) {
    long time = at + daysBehind;
    if (before != Long.MIN_VALUE && time < before - DAY / 2) {
      daysBehind += DAY;
      time += DAY;
    } else if (daysBehind > 0 && time > before + DAY / 2) {
      // A sample that began before midnight, and ended later than one that began after it.
      time -= DAY;
      return time;
    }
    before = time;
    return time;
  }

  private static int number(Matcher matcher, int group) {
    String digits = matcher.group(group);
    return digits == null ? 0 : Integer.parseInt(digits);
  }

  /** Up to three digits are ms, as SimpleDateFormat writes them; more are a fraction. */
  private static int fraction(String digits) {
    if (digits == null) {
      return 0;
    }
    int number = Integer.parseInt(digits);
    return digits.length() <= 3
        ? number * 1_000_000
        : (int) (number * Math.pow(10, 9 - digits.length()));
  }
}
