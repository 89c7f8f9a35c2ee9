/** A setting with the control that edits it. Decides which form a line has. */
import { defaultSettings, type SettingKey } from '@jstorrent/control';
import type { ReactNode } from 'react';
import { t, type TextKey } from '../model/i18n.ts';
import { Diagnostics, Licences, Versions } from './about.tsx';
import type { PREF_CHOICES } from './choices.ts';
import { DefaultPlace, Labels, MoveTo, Roots, WatchFolders } from './folder-lines.tsx';
import { GoalsForm } from './goals.tsx';
import { Import } from './import-line.tsx';
import { Line, useLine } from './line.tsx';
import { Ask, Capture, Handler, Notify, Sites } from './links.tsx';
import { Language, Theme } from './looks.tsx';
import type { NumberKey } from './numbers.ts';
import { Choice, Flag, NumberField, PrefChoice, PrefFlag } from './plain.tsx';
import { Port } from './port.tsx';
import { Program } from './program.tsx';
import { useSettingsPage } from './page.ts';
import type { SettingRow } from './rows.ts';
import { Statistics } from './statistics.tsx';
import { ScheduleSwitch, WeekGrid } from './week-grid.tsx';

/** Forms of their own, by the name of the line; those in `WIDE` stand below their words. */
const OWN: Readonly<Record<string, () => ReactNode>> = {
  place: DefaultPlace,
  folders: Roots,
  ask: Ask,
  labels: Labels,
  watch: WatchFolders,
  schedule: Schedule,
  port: Port,
  goals: GoalsForm,
  moveTo: MoveTo,
  run: Program,
  notifyCompleted: () => <Notify pref="notifyCompleted" />,
  notifyFailed: () => <Notify pref="notifyFailed" />,
  captureMagnets: () => <Capture pref="captureMagnets" />,
  captureTorrents: () => <Capture pref="captureTorrents" />,
  sites: Sites,
  handler: Handler,
  theme: Theme,
  language: Language,
  resetAll: ResetAll,
  importFrom: Import,
  stats: Statistics,
  versions: Versions,
  diagnostics: Diagnostics,
  licences: Licences,
};

const WIDE: ReadonlySet<string> = new Set([
  'place',
  'folders',
  'labels',
  'watch',
  'goals',
  'moveTo',
  'run',
  'sites',
  'importFrom',
  'stats',
  'diagnostics',
  'licences',
]);

const MARKS: Partial<Record<SettingKey, readonly [TextKey, TextKey]>> = {
  'slowMode.down': ['settings_slow_down', 'settings_slow_down_label'],
  'slowMode.up': ['settings_slow_up', 'settings_slow_up_label'],
};

/** The line of a setting. */
export function RowView({ row }: { readonly row: SettingRow }): ReactNode {
  return (
    <Line row={row} isWide={WIDE.has(row.id)}>
      <Control row={row} />
    </Line>
  );
}

function Control({ row }: { readonly row: SettingRow }): ReactNode {
  const [key] = row.keys;
  const [pref] = row.prefs;
  switch (row.control) {
    case 'flag':
      return key === undefined ? null : <Flag setting={key} />;
    case 'choice':
      return key === undefined ? null : <Choice setting={key} />;
    case 'number':
      return row.keys.map((one) => <Numbered key={one} setting={one as NumberKey} />);
    case 'prefFlag':
      return pref === undefined ? null : <PrefFlag pref={pref} />;
    case 'prefChoice':
      return <PrefChoice pref={pref as keyof typeof PREF_CHOICES} />;
    case 'own': {
      const Own = OWN[row.id];
      return Own === undefined ? null : <Own />;
    }
  }
}

function Numbered({ setting }: { readonly setting: NumberKey }): ReactNode {
  const [mark, label] = MARKS[setting] ?? [];
  if (mark === undefined || label === undefined) return <NumberField setting={setting} />;
  return <NumberField setting={setting} mark={t(mark)} label={t(label)} />;
}

function Schedule(): ReactNode {
  return (
    <>
      <ScheduleSwitch />
      <WeekGrid />
    </>
  );
}

/** Everything as in the beginning but for folders: without a place nothing could be added. */
function ResetAll(): ReactNode {
  const { row } = useLine();
  const { change } = useSettingsPage();
  const reset = (): void => {
    const { 'downloads.place': _, ...all } = defaultSettings();
    void change(row.title, all);
  };
  return (
    <button type="button" className="b out dan" onClick={reset}>
      {t('settings_reset_all_do')}
    </button>
  );
}
