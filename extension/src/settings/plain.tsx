/** Plain controls: a switch, a number, one of several. Each says at once what is wrong, and the old value stays. */
import { SETTINGS, type SettingKey } from '@jstorrent/control';
import { useEffect, useState, type KeyboardEvent, type ReactNode } from 'react';
import { t } from '../model/i18n.ts';
import type { Prefs } from '../model/prefs.ts';
import { Icon } from '../ui/react.tsx';
import { choiceText, PREF_CHOICES } from './choices.ts';
import { useLine } from './line.tsx';
import { currentText, emptyText, numberSpec, numberText, readNumber, type NumberKey } from './numbers.ts';
import { useSettingsPage } from './page.ts';

/** What a switch is given. */
export interface SwitchProps {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly label?: string;
}

/** A switch, named by its line unless it has a name of its own. */
export function Switch({ isOn, onChange, label }: SwitchProps): ReactNode {
  const { titleId } = useLine();
  return (
    <input
      className="sw"
      type="checkbox"
      role="switch"
      checked={isOn}
      aria-label={label}
      aria-labelledby={label === undefined ? titleId : undefined}
      onChange={(event) => onChange(event.target.checked)}
    />
  );
}

/** A setting that is on or off. */
export function Flag({ setting }: { readonly setting: SettingKey }): ReactNode {
  const { row } = useLine();
  const { values, change } = useSettingsPage();
  return (
    <Switch
      isOn={values[setting] === true}
      onChange={(isOn) =>
        void change(row.title, { [setting]: isOn }, t(isOn ? 'settings_on' : 'settings_off'))
      }
    />
  );
}

/** A choice of the interface that is on or off. */
export function PrefFlag({ pref }: { readonly pref: keyof Prefs }): ReactNode {
  const { row } = useLine();
  const { prefs, changePrefs } = useSettingsPage();
  return (
    <Switch
      isOn={prefs[pref] === true}
      onChange={(isOn) =>
        void changePrefs(row.title, { [pref]: isOn }, t(isOn ? 'settings_on' : 'settings_off'))
      }
    />
  );
}

/** What a number is given. */
export interface NumberFieldProps {
  readonly setting: NumberKey;
  /** Its own name where a line has several. */
  readonly label?: string;
  /** Stands behind the unit. */
  readonly mark?: string;
}

/** A setting that is a number. */
export function NumberField({ setting, label, mark = '' }: NumberFieldProps): ReactNode {
  const { row, titleId, problemId, problem, say } = useLine();
  const { values, prefs, change } = useSettingsPage();
  const spec = numberSpec(setting);
  const value = values[setting];
  const shown = numberText(value, spec, prefs.units);
  const [typed, setTyped] = useState<string | null>(null);
  const [isBad, setBad] = useState(false);
  const text = typed ?? shown.digits;
  useEffect(() => {
    setTyped(null);
    setBad(false);
  }, [value, prefs.units]);
  const read = (given: string): ReturnType<typeof readNumber> =>
    readNumber(given, spec, { shown: shown.unit, current: value, units: prefs.units });
  const judge = (given: string): boolean => {
    const result = read(given);
    setBad(!result.ok);
    say(result.ok ? '' : result.problem);
    return result.ok;
  };
  const commit = (): void => {
    if (typed === null || !judge(typed)) return;
    const result = read(typed);
    if (!result.ok) return;
    setTyped(null);
    if (result.value !== value)
      void change(row.title, { [setting]: result.value }, currentText(result.value, spec, prefs.units));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') commit();
    if (event.key === 'Escape' && typed !== null) {
      event.stopPropagation();
      setTyped(null);
      setBad(false);
      say('');
    }
  };
  return (
    <div className={`f n ${isBad ? 'bad' : ''}`}>
      <input
        inputMode={spec.unit === 'B/s' ? 'decimal' : 'numeric'}
        dir="ltr"
        value={text}
        placeholder={emptyText(spec)}
        aria-label={label}
        aria-labelledby={label === undefined ? titleId : undefined}
        aria-invalid={isBad}
        aria-describedby={isBad && problem !== '' ? problemId : undefined}
        onChange={(event) => {
          setTyped(event.target.value);
          // What was wrong is looked at with every letter; what is not yet, when it is complete.
          if (isBad) judge(event.target.value);
        }}
        onBlur={commit}
        onKeyDown={onKeyDown}
      />
      {(shown.unit !== '' || mark !== '') && (
        <span className="unit">
          {shown.unit}
          {mark !== '' && ` ${mark}`}
        </span>
      )}
    </div>
  );
}

/** What a list to choose from is given. */
export interface SelectProps {
  readonly value: string;
  readonly choices: readonly { readonly value: string; readonly text: string }[];
  readonly onChange: (value: string) => void;
  readonly label?: string;
}

/** A list to choose from, named by its line unless it has a name of its own. */
export function Select({ value, choices, onChange, label }: SelectProps): ReactNode {
  const { titleId } = useLine();
  return (
    <span className="selw">
      <select
        className="sel"
        value={value}
        aria-label={label}
        aria-labelledby={label === undefined ? titleId : undefined}
        onChange={(event) => onChange(event.target.value)}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.text}
          </option>
        ))}
      </select>
      <Icon name="cd" className="s" />
    </span>
  );
}

/** A setting that is one of several. */
export function Choice({ setting }: { readonly setting: SettingKey }): ReactNode {
  const { row } = useLine();
  const { values, change } = useSettingsPage();
  const spec = SETTINGS[setting];
  const value = values[setting];
  if (spec.kind !== 'choice' || typeof value !== 'string') return null;
  return (
    <Select
      value={value}
      choices={spec.choices.map((one) => ({ value: one, text: choiceText(`${setting}.${one}`) }))}
      onChange={(next) => void change(row.title, { [setting]: next }, choiceText(`${setting}.${next}`))}
    />
  );
}

/** A choice of the interface that is one of several. */
export function PrefChoice({ pref }: { readonly pref: keyof typeof PREF_CHOICES }): ReactNode {
  const { row } = useLine();
  const { prefs, changePrefs } = useSettingsPage();
  return (
    <Select
      value={prefs[pref]}
      choices={PREF_CHOICES[pref].map((value) => ({ value, text: choiceText(`${pref}.${value}`) }))}
      onChange={(value) => void changePrefs(row.title, { [pref]: value }, choiceText(`${pref}.${value}`))}
    />
  );
}
