/** A line of the settings page: title and explanation, what it is by default, its control, and what is wrong with it. */
import { defaultSettings, SETTINGS, type SettingKey } from '@jstorrent/control';
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { t } from '../model/i18n.ts';
import { PREFS, type Prefs } from '../model/prefs.ts';
import { Icon } from '../ui/react.tsx';
import { choiceText } from './choices.ts';
import { currentText, numberSpec, type NumberKey, type Units } from './numbers.ts';
import { useSettingsPage } from './page.ts';
import { SECTIONS, type SettingRow } from './rows.ts';
import { highlight } from './search.ts';
import { isChanged, pick } from './settings-store.ts';

/** What a control reaches of its line. */
export interface LineEnd {
  readonly row: SettingRow;
  /** For `aria-labelledby` and `aria-describedby`. */
  readonly titleId: string;
  readonly problemId: string;
  readonly problem: string;
  readonly say: (problem: string) => void;
}

const LineContext = createContext<LineEnd | null>(null);

/** The line that a control stands in. */
export function useLine(): LineEnd {
  const line = useContext(LineContext);
  if (line === null) throw new Error('outside of a line');
  return line;
}

/** What a line is given. */
export interface LineProps {
  readonly row: SettingRow;
  readonly children: ReactNode;
  /** The control takes the whole width, below the words. */
  readonly isWide?: boolean;
}

/** The line. */
export function Line({ row, children, isWide = false }: LineProps): ReactNode {
  const page = useSettingsPage();
  const [problem, setProblem] = useState('');
  const titleId = `${row.id}-title`;
  const problemId = `${row.id}-problem`;
  const say = (text: string): void => {
    setProblem(text);
    page.setProblem(row.id, text);
  };
  const { setProblem: tellPage } = page;
  // What is typed into a line is lost with it, and so is what was wrong with it.
  useEffect(() => () => tellPage(row.id, ''), [tellPage, row.id]);
  const isOther = hasChanged(row, page.values, page.prefs);
  const section = SECTIONS.find(({ id }) => id === row.section);
  const standard = defaultText(row, page.prefs.units);
  return (
    <LineContext.Provider value={{ row, titleId, problemId, problem, say }}>
      <div id={row.id} className={`set ${isOther ? 'ch' : ''} ${isWide ? 'wide' : ''}`}>
        <div>
          <div className="t" id={titleId}>
            <Marked text={t(row.title)} />
            {page.query !== '' && section !== undefined && (
              <span className="dim at"> · {t(section.title)}</span>
            )}
          </div>
          {(row.help !== undefined || standard !== '') && (
            <p className="h">
              {row.help !== undefined && <Marked text={t(row.help)} />}{' '}
              {standard !== '' && (
                <span className="d">{t('settings_default', standard.replace(/\.$/, ''))}</span>
              )}
            </p>
          )}
        </div>
        <div className="ct" inert={row.keys.length > 0 && !page.isKnown}>
          {isOther && <ResetButton row={row} onReset={() => say('')} />}
          {children}
        </div>
        {problem !== '' && (
          <p className="err" id={problemId} role="alert">
            <Icon name="alert" />
            <span>{problem}</span>
          </p>
        )}
      </div>
    </LineContext.Provider>
  );
}

function Marked({ text }: { readonly text: string }): ReactNode {
  const { query } = useSettingsPage();
  if (query === '') return text;
  return highlight(query, text).map((piece, place) =>
    piece.isHit ? <mark key={`${place}${piece.text}`}>{piece.text}</mark> : piece.text,
  );
}

function ResetButton(props: { readonly row: SettingRow; readonly onReset: () => void }): ReactNode {
  const { row, onReset } = props;
  const page = useSettingsPage();
  const reset = (): void => {
    onReset();
    if (row.keys.length > 0)
      void page.change(row.title, pick(defaultSettings(), row.keys), defaultText(row, page.prefs.units));
    if (row.prefs.length > 0) {
      const patch = Object.fromEntries(row.prefs.map((key) => [key, PREFS[key]])) as Partial<Prefs>;
      void page.changePrefs(row.title, patch);
    }
  };
  return (
    <button type="button" className="rs" aria-label={t('settings_reset_one', t(row.title))} onClick={reset}>
      {t('settings_reset')}
    </button>
  );
}

/** Whether a line differs from what holds until the user changes it. What the browser has to allow is not reset here. */
export function hasChanged(
  row: SettingRow,
  values: ReturnType<typeof defaultSettings>,
  prefs: Prefs,
): boolean {
  if (row.keys.length > 0 && row.id !== 'place') return isChanged(values, row.keys);
  if (row.section === 'links' || row.id.startsWith('notify')) return false;
  return row.prefs.some((key) => JSON.stringify(prefs[key]) !== JSON.stringify(PREFS[key]));
}

/** What a line is by default, in words; empty where that goes without saying. */
function defaultText(row: SettingRow, units: Units): string {
  if (row.id === 'place') return t('settings_place_default');
  if (row.id === 'goals') return t('settings_goals_default');
  if (row.id === 'ask') return t('settings_on');
  if (row.control === 'prefFlag') return t('settings_on');
  if (row.control === 'prefChoice') {
    const [key] = row.prefs;
    return key === undefined ? '' : choiceText(`${key}.${String(PREFS[key])}`);
  }
  return row.keys.flatMap((key) => defaultOf(key, units)).join(' · ');
}

function defaultOf(key: SettingKey, units: Units): readonly string[] {
  const spec = SETTINGS[key];
  switch (spec.kind) {
    case 'whole':
      return [currentText(spec.default, numberSpec(key as NumberKey), units)];
    case 'flag':
      return [t(spec.default ? 'settings_on' : 'settings_off')];
    case 'choice':
      return [choiceText(`${key}.${spec.default}`)];
    default:
      return [];
  }
}
