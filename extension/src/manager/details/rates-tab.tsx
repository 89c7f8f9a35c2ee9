/** Rates of a torrent, or of everything together, over 10 minutes, an hour or a day. */
import type { Period, RateHistory, TorrentRow } from '@jstorrent/control';
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import type { DetailStore } from '../../model/detail-store.ts';
import type { ListStore } from '../../model/list-store.ts';
import { formatRateOrZero, formatTimeExactly } from '../../model/format.ts';
import { t, type TextKey } from '../../model/i18n.ts';
import { figuresOf } from '../../model/rate-figures.ts';
import { openSession } from '../../model/session.ts';
import type { RatePoint } from './rate-chart.tsx';
import { useLook, useVersion } from './use-details.ts';

const RateChart = lazy(async () => ({ default: (await import('./rate-chart.tsx')).RateChart }));

const PERIODS: readonly { readonly period: Period; readonly text: TextKey }[] = [
  { period: '10min', text: 'rates_10min' },
  { period: '1h', text: 'rates_1h' },
  { period: '24h', text: 'rates_24h' },
];

/** What the tab is given. */
export interface RatesTabProps {
  readonly store: DetailStore;
  readonly row: TorrentRow;
}

/** The tab of one torrent. */
export function RatesTab({ store, row }: RatesTabProps): ReactNode {
  const [period, setPeriod] = useState<Period>('10min');
  useLook(store, row.id, ['rates', 'general'], period);
  const limit = store.pane('general')?.options.downLimit ?? 0;
  return <Rates history={store.pane('rates')} period={period} onPeriod={setPeriod} downLimit={limit} />;
}

/** Rates of everything together. */
export function GlobalRates({ list }: { readonly list: ListStore }): ReactNode {
  const [period, setPeriod] = useState<Period>('10min');
  const history = useHistory(period);
  useVersion(list);
  const limit = list.totals?.downLimit ?? 0;
  return <Rates history={history} period={period} onPeriod={setPeriod} downLimit={limit} />;
}

/** A session of its own: a session has one history, and that of the page is of another period. */
function useHistory(period: Period): RateHistory | null {
  const [history, setHistory] = useState<RateHistory | null>(null);
  useEffect(() => {
    setHistory(null);
    const session = openSession('manager-rates');
    session.onEvent((event) => {
      if (event.event === 'history' && event.history.period === period) setHistory(event.history);
    });
    session.onReady(() => {
      // Without an answer the link is gone, and it is asked again with the next one.
      session.call('history.subscribe', { period }, { now: true }).catch(() => {});
    });
    return () => session.close();
  }, [period]);
  return history;
}

interface RatesProps {
  readonly history: RateHistory | null;
  readonly period: Period;
  readonly onPeriod: (period: Period) => void;
  readonly downLimit: number;
}

function Rates({ history, period, onPeriod, downLimit }: RatesProps): ReactNode {
  const [point, setPoint] = useState<RatePoint | null>(null);
  const down = figuresOf(history?.down ?? []);
  const up = figuresOf(history?.up ?? []);
  const label = t('rates_label', formatRateOrZero(down.now), formatRateOrZero(up.now));
  return (
    <div className="chart">
      <Suspense fallback={<div className="plot" />}>
        {history === null ? (
          <div className="plot" />
        ) : (
          <RateChart history={history} downLimit={downLimit} label={label} onPoint={setPoint} />
        )}
      </Suspense>
      <div>
        <div className="seg" role="group" aria-label={t('rates_period')}>
          {PERIODS.map(({ period: one, text }) => (
            <button key={one} type="button" aria-pressed={one === period} onClick={() => onPeriod(one)}>
              {t(text)}
            </button>
          ))}
        </div>
        <dl className="leg">
          <Legend name={t('rates_down')} look="downloading" now={point?.down ?? down.now} figures={down} />
          <Legend name={t('rates_up')} look="seeding" now={point?.up ?? up.now} figures={up} />
        </dl>
        <p className="dim num when">{point === null ? t('rates_hint') : formatTimeExactly(point.at)}</p>
      </div>
    </div>
  );
}

interface LegendProps {
  readonly name: string;
  readonly look: 'downloading' | 'seeding';
  readonly now: number;
  readonly figures: { readonly mean: number; readonly peak: number };
}

function Legend({ name, look, now, figures }: LegendProps): ReactNode {
  return (
    <div data-st={look}>
      <dt>
        <span className={look === 'seeding' ? 'sws da' : 'sws'} />
        {name}
      </dt>
      <dd>
        <span className="num">{formatRateOrZero(now)}</span>
        <small>{t('rates_figures', formatRateOrZero(figures.mean), formatRateOrZero(figures.peak))}</small>
      </dd>
    </div>
  );
}
