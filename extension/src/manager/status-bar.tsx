/** The bottom of the page: the connection, free space, totals, and why rows do not move. */
import type { ReactNode } from 'react';
import { formatCount, formatRateOrZero, formatSize } from '../model/format.ts';
import { t, tn } from '../model/i18n.ts';
import { Icon, useObservable } from '../ui/react.tsx';
import { useManager, useMedia, useTotals } from './context.tsx';

/** The status bar. */
export function StatusBar(): ReactNode {
  const manager = useManager();
  const { list } = manager;
  const totals = useTotals();
  const { ids, isHeld } = useObservable(manager.shown);
  const selection = useObservable(manager.selection);
  const isScrolled = useMedia('(max-width: 620px)');
  const all = totals?.torrents ?? 0;
  return (
    // Where it scrolls, it can be reached to be scrolled.
    <footer className="stat" tabIndex={isScrolled ? 0 : undefined}>
      <Connection />
      {totals !== null && (
        <>
          <span className="num rn">
            ↓ {formatRateOrZero(totals.downRate)} ↑ {formatRateOrZero(totals.upRate)}
          </span>
          {totals.dhtNodes !== null && (
            <span className="num hide-n">{t('status_dht', formatCount(totals.dhtNodes))}</span>
          )}
          {totals.freeBytes !== null && (
            <span className="num">
              <Icon name="folder" className="s" />
              {t('status_free', formatSize(totals.freeBytes))}
            </span>
          )}
        </>
      )}
      {isHeld && (
        <span>
          <Icon name="pin" className="s" />
          {t('status_held')}
        </span>
      )}
      <span className="grow" />
      {totals !== null && (
        <>
          <span className="num hide-n">
            {t('status_session', formatSize(totals.sessionDownloaded), formatSize(totals.sessionUploaded))}
          </span>
          <span className="num tot">
            {countText(all, list.isLoaded ? ids.length : all, selection.ids.size)}
          </span>
        </>
      )}
    </footer>
  );
}

function countText(all: number, shown: number, selected: number): string {
  if (selected > 1) return t('status_selected', formatCount(selected), formatCount(shown));
  return shown === all ? tn('count_torrents', all) : t('status_shown', formatCount(shown), formatCount(all));
}

function Connection(): ReactNode {
  const { session } = useManager();
  const link = useObservable(session.link);
  const totals = useTotals();
  if (link.kind !== 'ready')
    return (
      <span data-st="warn">
        <Icon name="plug" className="s" />
        {t(link.kind === 'connecting' ? 'status_connecting' : 'status_away')}
      </span>
    );
  const port = totals?.port;
  // The number is zero until the port is open for the first time.
  const isKnown = port !== undefined && port.state !== 'unknown' && port.number > 0;
  const isClosed = isKnown && port.state === 'closed';
  const state = isKnown
    ? t(isClosed ? 'status_port_closed' : 'status_port_open', String(port.number))
    : t('status_connected');
  return (
    <span data-st={isClosed ? 'warn' : 'seeding'}>
      <Icon name={isClosed ? 'alert' : 'check'} className="s" />
      {state}
    </span>
  );
}
