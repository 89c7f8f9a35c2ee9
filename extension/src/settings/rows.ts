/**
 * Every setting as a line of the page: its section, its words and what it changes. Decides order and what is found by a
 * search; how a value is edited is decided by its control.
 */
import type { SettingKey } from '@jstorrent/control';
import type { TextKey } from '../model/i18n.ts';
import type { Prefs } from '../model/prefs.ts';
import type { IconName } from '../ui/icon-names.ts';

/** Sections of the page, in their order; also the part of the address after `#`. */
export const SECTIONS = [
  { id: 'downloads', icon: 'tray', title: 'settings_downloads' },
  { id: 'speed', icon: 'gauge', title: 'settings_speed' },
  { id: 'connections', icon: 'globe', title: 'settings_connections' },
  { id: 'queue', icon: 'queued', title: 'settings_queue' },
  { id: 'done', icon: 'done', title: 'settings_done' },
  { id: 'links', icon: 'magnet', title: 'settings_links' },
  { id: 'appearance', icon: 'sun', title: 'settings_appearance' },
  { id: 'helper', icon: 'plug', title: 'settings_helper' },
  { id: 'import', icon: 'arrowto', title: 'settings_import' },
  { id: 'statistics', icon: 'clock', title: 'settings_statistics' },
  { id: 'about', icon: 'info', title: 'settings_about' },
] as const satisfies readonly { readonly id: string; readonly icon: IconName; readonly title: TextKey }[];

/** Name of a section. */
export type SectionId = (typeof SECTIONS)[number]['id'];

/** How a line is edited: one of the plain ways, or a form of its own. */
type ControlKind = 'flag' | 'number' | 'choice' | 'prefFlag' | 'prefChoice' | 'own';

/** A line. */
export interface SettingRow {
  /** Also the part of the address after `#`. */
  readonly id: string;
  readonly section: SectionId;
  readonly title: TextKey;
  readonly help?: TextKey;
  /** Other words it is found by. */
  readonly words?: TextKey;
  readonly control: ControlKind;
  readonly keys: readonly SettingKey[];
  readonly prefs: readonly (keyof Prefs)[];
}

type Extra = Partial<Pick<SettingRow, 'help' | 'words' | 'keys' | 'prefs'>>;

const row = (
  section: SectionId,
  id: string,
  control: ControlKind,
  title: TextKey,
  extra: Extra = {},
): SettingRow => ({ section, id, control, title, keys: [], prefs: [], ...extra });

/** All lines in their order. */
export const ROWS: readonly SettingRow[] = [
  row('downloads', 'place', 'own', 'settings_place', {
    help: 'settings_place_help',
    words: 'settings_place_words',
    keys: ['downloads.place'],
  }),
  row('downloads', 'folders', 'own', 'settings_roots', {
    help: 'settings_roots_help',
    words: 'settings_roots_words',
  }),
  row('downloads', 'start', 'flag', 'settings_start', {
    help: 'settings_start_help',
    keys: ['downloads.startNew'],
  }),
  row('downloads', 'ask', 'own', 'settings_ask', {
    help: 'settings_ask_help',
    words: 'settings_ask_words',
    prefs: ['addAtOnce'],
  }),
  row('downloads', 'preallocate', 'choice', 'settings_preallocate', {
    help: 'settings_preallocate_help',
    words: 'settings_preallocate_words',
    keys: ['downloads.preallocate'],
  }),
  row('downloads', 'labels', 'own', 'settings_labels', {
    help: 'settings_labels_help',
    words: 'settings_labels_words',
    keys: ['downloads.labels'],
  }),
  row('downloads', 'watch', 'own', 'settings_watch', {
    help: 'settings_watch_help',
    words: 'settings_watch_words',
    keys: ['watch.folders'],
  }),

  row('speed', 'down', 'number', 'settings_down', {
    help: 'settings_down_help',
    words: 'settings_rate_words',
    keys: ['limits.down'],
  }),
  row('speed', 'up', 'number', 'settings_up', {
    help: 'settings_up_help',
    words: 'settings_rate_words',
    keys: ['limits.up'],
  }),
  row('speed', 'slow', 'flag', 'settings_slow', {
    help: 'settings_slow_help',
    words: 'settings_slow_words',
    keys: ['slowMode.on'],
  }),
  row('speed', 'slowLimits', 'number', 'settings_slow_limits', {
    help: 'settings_slow_limits_help',
    words: 'settings_slow_words',
    keys: ['slowMode.down', 'slowMode.up'],
  }),
  row('speed', 'schedule', 'own', 'settings_schedule', {
    help: 'settings_schedule_help',
    words: 'settings_schedule_words',
    keys: ['slowMode.scheduleOn', 'slowMode.schedule'],
  }),

  row('connections', 'port', 'own', 'settings_port', {
    help: 'settings_port_help',
    words: 'settings_port_words',
    keys: ['net.port'],
  }),
  row('connections', 'perTorrent', 'number', 'settings_per_torrent', {
    help: 'settings_per_torrent_help',
    words: 'settings_peers_words',
    keys: ['net.connectionsPerTorrent'],
  }),
  row('connections', 'total', 'number', 'settings_total', {
    help: 'settings_total_help',
    words: 'settings_peers_words',
    keys: ['net.connections'],
  }),
  row('connections', 'halfOpen', 'number', 'settings_half_open', {
    help: 'settings_half_open_help',
    words: 'settings_peers_words',
    keys: ['net.halfOpen'],
  }),
  row('connections', 'dials', 'number', 'settings_dials', {
    help: 'settings_dials_help',
    words: 'settings_peers_words',
    keys: ['net.dialsPerSecond'],
  }),

  row('queue', 'downloadsAtOnce', 'number', 'settings_queue_downloads', {
    help: 'settings_queue_downloads_help',
    words: 'settings_queue_words',
    keys: ['queue.downloads'],
  }),
  row('queue', 'seedsAtOnce', 'number', 'settings_queue_seeds', {
    help: 'settings_queue_seeds_help',
    words: 'settings_queue_words',
    keys: ['queue.seeds'],
  }),
  row('queue', 'activeAtOnce', 'number', 'settings_queue_active', {
    help: 'settings_queue_active_help',
    words: 'settings_queue_words',
    keys: ['queue.active'],
  }),
  row('queue', 'checksAtOnce', 'number', 'settings_queue_checks', {
    help: 'settings_queue_checks_help',
    words: 'settings_queue_words',
    keys: ['queue.checks'],
  }),
  row('queue', 'ignoreSlow', 'flag', 'settings_ignore_slow', {
    help: 'settings_ignore_slow_help',
    keys: ['queue.ignoreSlow'],
  }),
  row('queue', 'goals', 'own', 'settings_goals', {
    help: 'settings_goals_help',
    words: 'settings_goals_words',
    keys: ['seeding.goals'],
  }),

  row('done', 'moveTo', 'own', 'settings_move_to', {
    help: 'settings_move_to_help',
    words: 'settings_move_to_words',
    keys: ['done.moveTo'],
  }),
  row('done', 'run', 'own', 'settings_run', {
    help: 'settings_run_help',
    words: 'settings_run_words',
    keys: ['done.run'],
  }),
  row('done', 'notifyCompleted', 'own', 'settings_notify_completed', {
    words: 'settings_notify_words',
    prefs: ['notifyCompleted'],
  }),
  row('done', 'notifyFailed', 'own', 'settings_notify_failed', {
    words: 'settings_notify_words',
    prefs: ['notifyFailed'],
  }),

  row('links', 'captureMagnets', 'own', 'settings_magnets', {
    help: 'settings_magnets_help',
    words: 'settings_magnets_words',
    prefs: ['captureMagnets'],
  }),
  row('links', 'captureTorrents', 'own', 'settings_torrents', {
    help: 'settings_torrents_help',
    words: 'settings_magnets_words',
    prefs: ['captureTorrents'],
  }),
  row('links', 'sites', 'own', 'settings_sites', {
    help: 'settings_sites_help',
    words: 'settings_magnets_words',
    prefs: ['sitesOff'],
  }),
  row('links', 'handler', 'own', 'settings_handler', {
    help: 'settings_handler_help',
    words: 'settings_magnets_words',
  }),

  row('appearance', 'theme', 'own', 'settings_theme', {
    words: 'settings_theme_words',
    prefs: ['theme'],
  }),
  row('appearance', 'density', 'prefChoice', 'settings_density', {
    help: 'settings_density_help',
    words: 'settings_density_words',
    prefs: ['density'],
  }),
  row('appearance', 'units', 'prefChoice', 'settings_units', {
    help: 'settings_units_help',
    words: 'settings_units_words',
    prefs: ['units'],
  }),
  row('appearance', 'badge', 'prefChoice', 'settings_badge', {
    words: 'settings_badge_words',
    prefs: ['badge'],
  }),
  row('appearance', 'letterKeys', 'prefFlag', 'settings_keys', {
    help: 'settings_keys_help',
    words: 'settings_keys_words',
    prefs: ['letterKeys'],
  }),
  row('appearance', 'language', 'own', 'settings_language', {
    help: 'settings_language_help',
    words: 'settings_language_words',
  }),

  row('helper', 'keepRunning', 'choice', 'settings_keep', {
    help: 'settings_keep_help',
    words: 'settings_keep_words',
    keys: ['service.keepRunning'],
  }),
  row('helper', 'grace', 'number', 'settings_grace', {
    help: 'settings_grace_help',
    words: 'settings_keep_words',
    keys: ['service.graceSeconds'],
  }),
  row('helper', 'logLevel', 'choice', 'settings_log', {
    help: 'settings_log_help',
    words: 'settings_log_words',
    keys: ['log.level'],
  }),
  row('helper', 'resetAll', 'own', 'settings_reset_all', { help: 'settings_reset_all_help' }),

  row('import', 'importFrom', 'own', 'settings_import_from', {
    help: 'settings_import_help',
    words: 'settings_import_words',
  }),
  row('statistics', 'stats', 'own', 'settings_stats', { words: 'settings_stats_words' }),
  row('about', 'versions', 'own', 'settings_versions', { words: 'settings_versions_words' }),
  row('about', 'diagnostics', 'own', 'settings_diagnostics', {
    help: 'settings_diagnostics_help',
    words: 'settings_diagnostics_words',
  }),
  row('about', 'licences', 'own', 'settings_licences', {
    help: 'settings_licences_help',
    words: 'settings_licences_words',
  }),
];
