/** Values that are one of several, in words. Names are those of the setting and the value with a dot between. */
import { t, type TextKey } from '../model/i18n.ts';

const WORDS: Readonly<Record<string, TextKey>> = {
  'downloads.preallocate.sparse': 'settings_preallocate_sparse',
  'downloads.preallocate.full': 'settings_preallocate_full',
  'service.keepRunning.always': 'settings_keep_always',
  'service.keepRunning.whileActive': 'settings_keep_whileActive',
  'service.keepRunning.never': 'settings_keep_never',
  'log.level.problem': 'settings_log_problem',
  'log.level.notable': 'settings_log_notable',
  'log.level.info': 'settings_log_info',
  'density.comfortable': 'settings_density_comfortable',
  'density.compact': 'settings_density_compact',
  'units.decimal': 'settings_units_decimal',
  'units.binary': 'settings_units_binary',
  'badge.count': 'settings_badge_count',
  'badge.percent': 'settings_badge_percent',
  'badge.none': 'settings_badge_none',
  'theme.system': 'settings_theme_system',
  'theme.light': 'settings_theme_light',
  'theme.dark': 'settings_theme_dark',
};

/** Choices of the interface, in their order. */
export const PREF_CHOICES = {
  density: ['comfortable', 'compact'],
  units: ['decimal', 'binary'],
  badge: ['count', 'percent', 'none'],
  theme: ['system', 'light', 'dark'],
} as const;

/** The words of a value, as `log.level.info`. */
export function choiceText(name: string): string {
  const key = WORDS[name];
  return key === undefined ? name : t(key);
}
