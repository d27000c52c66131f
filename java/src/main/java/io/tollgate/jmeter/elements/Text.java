package io.tollgate.jmeter.elements;

import io.tollgate.text.Durations;
import io.tollgate.text.Words;
import org.apache.jmeter.util.JMeterUtils;

/**
 * What the window says, in JMeter's language.
 *
 * <p>To add a text: a constant here, {@code NAME=words} in {@code Text.properties} and in each
 * {@code Text_<language>.properties}, as {@link Words} reads them. Read a text when it is shown,
 * never into a static field: the language can be changed in the menu. Texts of settings are in
 * {@link SettingTexts}.
 */
enum Text {
  ADD,
  ADD_A_SETTING,
  ADD_MONITOR,
  ADOPT,
  ALL_THERE,
  ASKING,
  ATTEMPTS_FOR,
  ATTEMPT_MINTED,
  ATTEMPT_REFUSED,
  ATTEMPT_SENT,
  ATTEMPT_SIGNED_IN_AGAIN,
  BACK,
  CANCEL,
  CHECK,
  CLOSE,
  CONTENTS,
  CREDENTIAL,
  DEFINED_BY,
  DEFINED_BY_BOTH,
  DEFINED_BY_PROPERTIES,
  DELETE,
  DRY_ABOUT,
  DRY_API_FAULT,
  DRY_API_FAULT_SHARE,
  DRY_API_RATE_LIMIT,
  DRY_DIE_AFTER_USES,
  DRY_LATENCY,
  DRY_LIFETIME,
  DRY_PLAIN,
  DRY_PROFILE,
  DRY_RATE_LIMIT,
  DRY_RETRY_AFTER,
  DRY_REVOKE_PREVIOUS,
  DRY_RUN,
  DRY_SECONDS,
  DRY_START,
  DRY_SUSPEND,
  DRY_THREADS,
  DRY_TOKEN_FAULT,
  DRY_TOKEN_FAULT_COUNT,
  ENV_NAMED,
  FETCH,
  FIELD_EMPTY,
  HELP,
  HELP_DAMAGED,
  HELP_TITLE,
  JOURNAL_FILE,
  KNOWN_IN_A_RUN_ONLY,
  LESS,
  MISMATCHES,
  MONITOR,
  MORE,
  NAME,
  NOTE_EXPRESSIONS,
  NOTE_REQUIRED,
  NOTE_SECRETS,
  NOTHING_FILLED_IN,
  NOT_DONE,
  NOT_PASTED,
  NOT_TRIED,
  NO_NAME,
  NO_PROFILES,
  NO_TOKEN_RECEIVED,
  OTHER_SETTINGS,
  OUTDATED,
  PASTE,
  PASTED,
  PASTED_LEFT_OUT,
  PASTE_ASK,
  PASTE_TIP,
  PROFILE_FIELD,
  PROFILE_NAME,
  RECORDED,
  REQUIRED,
  REQUIRED_OR,
  REWRITE,
  SETTING,
  SETTINGS_IN_HELP,
  SHOW_KEYS,
  SHOW_KEYS_TIP,
  TOKEN_RECEIVED,
  TRIAL_FETCHED,
  TRIAL_LIFE,
  TRIAL_MISSING_SCOPE,
  TRIAL_NO_SCOPE,
  TRIAL_ROTATED,
  TRIAL_SCOPE,
  TRIAL_STORE,
  TRIAL_STORE_FAILED,
  TRY_IT,
  USE_ENV,
  USE_ENV_TIP,
  VALUE,
  VERSION,
  WRONG_DURATION,
  WRONG_HOST,
  WRONG_HTTP,
  WRONG_NUMBER,
  WRONG_URL,
  WRONG_WORD;

  /** The words, with these values in their places. */
  String of(Object... values) {
    return words().of(name(), values);
  }

  /** As people of that language write it. */
  static String duration(double millis) {
    return Durations.of(millis, words().language());
  }

  private static Words words() {
    return Words.beside(Text.class, JMeterUtils.getLocale());
  }
}
