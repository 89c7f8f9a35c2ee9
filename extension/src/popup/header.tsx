/** @jsxImportSource preact */
/** The top of the popup: rates of the last minute and now, everything stopped or started; or that the helper is away. */
import type { JSX } from 'preact';
import { formatRateOrZero } from '../model/format.ts';
import { t } from '../model/i18n.ts';
import { Mark, SmallIcon } from '../ui/preact.tsx';
import type { Actions } from './actions.ts';
import type { View } from './model.ts';
import { SPARK_HEIGHT, SPARK_WIDTH, type Spark } from './sparkline.ts';

/** The header while the helper is there, or was a moment ago. */
export function Header({ view, actions }: { readonly view: View; readonly actions: Actions }): JSX.Element {
  const { words, totals, spark } = view;
  if (words?.tone === 'busy') return <QuietHeader view={view} actions={actions} />;
  const running = totals === null ? 0 : totals.downloading + totals.queued + totals.seeding + totals.checking;
  const hasRunning = running > 0;
  const label = t(hasRunning ? 'popup_stop_all' : 'popup_start_all');
  return (
    <header class="hd">
      <Mark isIdle={spark === null} />
      <Sparkline spark={spark} />
      <div class="rates">
        <Rate kind="downloading" rate={totals?.downRate ?? 0} />
        <Rate kind="seeding" rate={totals?.upRate ?? 0} />
        <button
          type="button"
          class="ib sm"
          aria-label={label}
          title={label}
          disabled={totals === null || totals.torrents === 0}
          onClick={() => actions.toggleAll(hasRunning)}
        >
          <SmallIcon name={hasRunning || (totals?.torrents ?? 0) === 0 ? 'pause' : 'play'} />
        </button>
      </div>
    </header>
  );
}

/** The header with nothing but the name. */
export function PlainHeader({ actions }: { readonly actions: Actions }): JSX.Element {
  return (
    <header class="hd">
      <Mark isIdle />
      <span class="name">{t('extension_name')}</span>
      <div class="rates">
        <button
          type="button"
          class="ib sm"
          aria-label={t('popup_help')}
          title={t('popup_help')}
          onClick={() => actions.openSetup()}
        >
          <SmallIcon name="help" />
        </button>
      </div>
    </header>
  );
}

function QuietHeader({ view, actions }: { readonly view: View; readonly actions: Actions }): JSX.Element {
  return (
    <header class="hd">
      <Mark isIdle />
      <span class="quiet" role="status">
        <span class="quieti" data-st="warn">
          <SmallIcon name="refresh" class="s spin" />
        </span>
        <span class="el">{view.words?.text}</span>
      </span>
      {view.link.kind !== 'ready' && (
        <button type="button" class="b sm" onClick={() => actions.retry()}>
          {t('popup_try_now')}
        </button>
      )}
    </header>
  );
}

function Rate({
  kind,
  rate,
}: {
  readonly kind: 'downloading' | 'seeding';
  readonly rate: number;
}): JSX.Element {
  return (
    <div class="rt" data-st={kind}>
      <SmallIcon name={kind === 'downloading' ? 'down' : 'up'} class="s" />
      <span class="num">
        <span class="sr">{t(kind === 'downloading' ? 'popup_down' : 'popup_up')} </span>
        <bdi dir="ltr">{formatRateOrZero(rate)}</bdi>
      </span>
    </div>
  );
}

function Sparkline({ spark }: { readonly spark: Spark | null }): JSX.Element {
  const box = `0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`;
  if (spark === null) {
    return (
      <svg class="spark" viewBox={box} aria-hidden="true">
        <path class="flat" d={`M0 ${SPARK_HEIGHT - 1}H${SPARK_WIDTH}`} />
      </svg>
    );
  }
  return (
    <svg class="spark" viewBox={box} role="img" aria-label={t('popup_spark')}>
      <path class="area" d={spark.downArea} />
      <path class="down" d={spark.down} />
      <path class="up" d={spark.up} />
    </svg>
  );
}
