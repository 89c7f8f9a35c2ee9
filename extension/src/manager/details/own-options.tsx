/** What can be set for one torrent: limits, order of pieces, when seeding ends. Shown at once, taken back when refused. */
import type { Goals, Panes, Params } from '@jstorrent/control';
import type { ReactNode } from 'react';
import type { DetailStore } from '../../model/detail-store.ts';
import { formatRatio } from '../../model/format.ts';
import { t } from '../../model/i18n.ts';
import { prefs } from '../../model/prefs.ts';
import type { Session } from '../../model/session.ts';
import { Check } from '../../ui/check.tsx';
import { Icon, useObservable } from '../../ui/react.tsx';
import { tell } from './actions.ts';
import { NumberField } from './number-field.tsx';

type Options = Panes['general']['options'];
type Change = Omit<Params<'torrent.setOptions'>, 'ids'>;

/** What the options are given. */
export interface OwnOptionsProps {
  readonly session: Session;
  readonly store: DetailStore;
  readonly id: string;
  readonly options: Options;
}

/** Kilobytes a second that are asked for: limits of any line. */
const MOST_KB = 100_000_000;
const MOST_MINUTES = 5_256_000;

/** The options. */
export function OwnOptions({ session, store, id, options }: OwnOptionsProps): ReactNode {
  const { units } = useObservable(prefs);
  const base = units === 'binary' ? 1024 : 1000;
  const unit = units === 'binary' ? 'KiB/s' : 'kB/s';
  const set = (change: Change): void =>
    tell(
      store.assume(
        'general',
        (pane) => ({ ...pane, options: { ...pane.options, ...change, ...inForce(change, options) } }),
        session.call('torrent.setOptions', { ids: [id], ...change }),
      ),
    );
  const limit = (bytes: number): number | null => (bytes === 0 ? null : Math.round(bytes / base));
  const rate = { unit, placeholder: t('option_no_limit'), min: 1, max: MOST_KB };
  return (
    <dl className="opts">
      <div>
        <dt>{t('option_down')}</dt>
        <dd>
          <NumberField
            {...rate}
            label={t('option_down')}
            value={limit(options.downLimit)}
            onChange={(value) => set({ downLimit: (value ?? 0) * base })}
          />
        </dd>
      </div>
      <div>
        <dt>{t('option_up')}</dt>
        <dd>
          <NumberField
            {...rate}
            label={t('option_up')}
            value={limit(options.upLimit)}
            onChange={(value) => set({ upLimit: (value ?? 0) * base })}
          />
        </dd>
      </div>
      <div>
        <dt>{t('option_connections')}</dt>
        <dd>
          <NumberField
            label={t('option_connections')}
            value={options.connections}
            unit=""
            placeholder={t('option_as_settings')}
            min={1}
            max={5000}
            onChange={(connections) => set({ connections })}
          />
        </dd>
      </div>
      <div>
        <dt>{t('option_order')}</dt>
        <dd className="ck">
          <Check
            text={t('option_sequential')}
            isOn={options.sequential}
            onChange={(sequential) => set({ sequential })}
          />
          <Check
            text={t('option_ends_first')}
            isOn={options.endsFirst}
            onChange={(endsFirst) => set({ endsFirst })}
          />
        </dd>
      </div>
      <GoalOptions options={options} set={set} />
    </dl>
  );
}

function inForce(change: Change, { goalsInForce }: Options): Partial<Options> {
  return change.goals === undefined || change.goals === 'inherit'
    ? { goalsInForce }
    : { goalsInForce: change.goals };
}

interface GoalOptionsProps {
  readonly options: Options;
  readonly set: (change: Change) => void;
}

const FIRST_RATIO = 2;

function GoalOptions({ options, set }: GoalOptionsProps): ReactNode {
  const { goals, goalsInForce } = options;
  const own = goals === 'inherit' ? null : goals;
  const kind = own === null ? 'inherit' : isEndless(own) ? 'never' : 'own';
  const choose = (value: string): void => {
    if (value === 'inherit') return set({ goals: 'inherit' });
    const { action } = goalsInForce;
    const none: Goals = { ratio: null, seedMinutes: null, idleMinutes: null, action };
    const kept = isEndless(goalsInForce) ? { ...none, ratio: FIRST_RATIO } : goalsInForce;
    set({ goals: value === 'never' ? none : kept });
  };
  const change = (some: Partial<Goals>): void => {
    if (own !== null) set({ goals: { ...own, ...some } });
  };
  return (
    <>
      <div>
        <dt>{t('goal')}</dt>
        <dd>
          <span className="selw">
            <select
              className="sel"
              aria-label={t('goal')}
              value={kind}
              onChange={(event) => choose(event.target.value)}
            >
              <option value="inherit">
                {own === null ? t('goal_inherit_now', goalWords(goalsInForce)) : t('goal_inherit')}
              </option>
              <option value="never">{t('goal_never')}</option>
              <option value="own">{t('goal_own')}</option>
            </select>
            <Icon name="cd" />
          </span>
        </dd>
      </div>
      {own !== null && kind === 'own' && <OwnGoal goals={own} onChange={change} />}
    </>
  );
}

function isEndless({ ratio, seedMinutes, idleMinutes }: Goals): boolean {
  return ratio === null && seedMinutes === null && idleMinutes === null;
}

/** A goal in a few words. */
function goalWords(goals: Goals): string {
  if (goals.ratio !== null) return t('goal_words_ratio', formatRatio(goals.ratio));
  return isEndless(goals) ? t('goal_words_never') : t('goal_words_time');
}

interface OwnGoalProps {
  readonly goals: Goals;
  readonly onChange: (some: Partial<Goals>) => void;
}

function OwnGoal({ goals, onChange }: OwnGoalProps): ReactNode {
  const minutes = { unit: t('unit_minutes'), placeholder: t('goal_off'), min: 1, max: MOST_MINUTES };
  return (
    <>
      <div>
        <dt>{t('goal_ratio')}</dt>
        <dd>
          <NumberField
            label={t('goal_ratio')}
            value={goals.ratio}
            unit=""
            placeholder={t('goal_off')}
            min={0.01}
            max={10_000}
            digits={2}
            onChange={(ratio) => onChange({ ratio })}
          />
        </dd>
      </div>
      <div>
        <dt>{t('goal_time')}</dt>
        <dd>
          <NumberField
            {...minutes}
            label={t('goal_time')}
            value={goals.seedMinutes}
            onChange={(seedMinutes) => onChange({ seedMinutes })}
          />
        </dd>
      </div>
      <div>
        <dt>{t('goal_idle')}</dt>
        <dd>
          <NumberField
            {...minutes}
            label={t('goal_idle')}
            value={goals.idleMinutes}
            onChange={(idleMinutes) => onChange({ idleMinutes })}
          />
        </dd>
      </div>
      <div>
        <dt>{t('goal_action')}</dt>
        <dd>
          <span className="selw">
            <select
              className="sel"
              aria-label={t('goal_action')}
              value={goals.action}
              onChange={(event) => onChange({ action: event.target.value as Goals['action'] })}
            >
              <option value="stop">{t('goal_stop')}</option>
              <option value="remove">{t('goal_remove')}</option>
              <option value="removeWithData">{t('goal_remove_files')}</option>
            </select>
            <Icon name="cd" />
          </span>
        </dd>
      </div>
    </>
  );
}
