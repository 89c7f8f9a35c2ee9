/** When seeding ends: by ratio, by time, by idleness, and what happens then. */
import type { Goals } from '@jstorrent/control';
import { useEffect, useState, type ReactNode } from 'react';
import { locale, t } from '../model/i18n.ts';
import { useLine } from './line.tsx';
import { Select } from './plain.tsx';
import { useSettingsPage } from './page.ts';

const DAY_MIN = 24 * 60;
const HOUR_MIN = 60;
/** As the service takes. */
const RATIO_MAX = 10_000;
const MINUTES_MAX = 5_256_000;

const shownNumber = new Intl.NumberFormat(locale, { maximumFractionDigits: 2, useGrouping: false });

/** The fields. */
export function GoalsForm(): ReactNode {
  const { row } = useLine();
  const { values, change } = useSettingsPage();
  const goals = values['seeding.goals'];
  const set = (some: Partial<Goals>): void =>
    void change(row.title, { 'seeding.goals': { ...goals, ...some } });
  return (
    <>
      <GoalField
        value={goals.ratio}
        label={t('settings_goals_ratio')}
        unit={t('settings_goals_ratio_unit')}
        problem={t('settings_goals_bad_ratio')}
        isFine={(ratio) => ratio > 0 && ratio <= RATIO_MAX}
        onChange={(ratio) => set({ ratio })}
      />
      <GoalField
        value={goals.seedMinutes === null ? null : goals.seedMinutes / DAY_MIN}
        label={t('settings_goals_days')}
        unit={t('settings_goals_days_unit')}
        problem={t('settings_goals_bad_time')}
        isFine={(days) => isMinutes(days * DAY_MIN)}
        onChange={(days) => set({ seedMinutes: days === null ? null : Math.round(days * DAY_MIN) })}
      />
      <GoalField
        value={goals.idleMinutes === null ? null : goals.idleMinutes / HOUR_MIN}
        label={t('settings_goals_idle')}
        unit={t('settings_goals_idle_unit')}
        problem={t('settings_goals_bad_time')}
        isFine={(hours) => isMinutes(hours * HOUR_MIN)}
        onChange={(hours) => set({ idleMinutes: hours === null ? null : Math.round(hours * HOUR_MIN) })}
      />
      <Select
        label={t('settings_goals_action')}
        value={goals.action}
        choices={[
          { value: 'stop', text: t('settings_goals_stop') },
          { value: 'remove', text: t('settings_goals_remove') },
          { value: 'removeWithData', text: t('settings_goals_delete') },
        ]}
        onChange={(action) => set({ action: action as Goals['action'] })}
      />
    </>
  );
}

function isMinutes(minutes: number): boolean {
  return Math.round(minutes) >= 1 && Math.round(minutes) <= MINUTES_MAX;
}

interface GoalFieldProps {
  /** Null = never for this reason. */
  readonly value: number | null;
  readonly label: string;
  readonly unit: string;
  readonly problem: string;
  readonly isFine: (value: number) => boolean;
  readonly onChange: (value: number | null) => void;
}

function GoalField({ value, label, unit, problem, isFine, onChange }: GoalFieldProps): ReactNode {
  const { problemId, say } = useLine();
  const [typed, setTyped] = useState<string | null>(null);
  const [isBad, setBad] = useState(false);
  useEffect(() => {
    setTyped(null);
    setBad(false);
  }, [value]);
  const shown = value === null ? '' : shownNumber.format(value);
  const commit = (): void => {
    if (typed === null) return;
    const text = typed.trim().replace(',', '.');
    const next = text === '' ? null : Number(text);
    const isGood = next === null || (Number.isFinite(next) && isFine(next));
    setBad(!isGood);
    say(isGood ? '' : problem);
    if (!isGood) return;
    setTyped(null);
    if (next !== value) onChange(next);
  };
  return (
    <div className={`f n ${isBad ? 'bad' : ''}`}>
      <input
        inputMode="decimal"
        dir="ltr"
        value={typed ?? shown}
        placeholder="–"
        aria-label={label}
        aria-invalid={isBad}
        aria-describedby={isBad ? problemId : undefined}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
        }}
      />
      <span className="unit">{unit}</span>
    </div>
  );
}
