/**
 * The area of details below the list, or beside it: tabs about one torrent, a panel about several, rates of everything
 * when none is selected. Decides which tab is open; what is in them is decided by the tabs.
 */
import type { TorrentRow } from '@jstorrent/control';
import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
import type { DetailStore } from '../../model/detail-store.ts';
import { formatCount, formatShortCount, formatTimeExactly } from '../../model/format.ts';
import { direction, t, type TextKey } from '../../model/i18n.ts';
import type { ListStore } from '../../model/list-store.ts';
import { Cell } from '../../model/observable.ts';
import { prefs } from '../../model/prefs.ts';
import type { Session } from '../../model/session.ts';
import { Icon, useObservable } from '../../ui/react.tsx';
import { BulkPanel } from './bulk-panel.tsx';
import './details.css';
import { FilesTab } from './files-tab.tsx';
import { GeneralTab } from './general-tab.tsx';
import { LogTab } from './log-tab.tsx';
import { PeersTab } from './peers-tab.tsx';
import { ProblemBox } from './problem-box.tsx';
import { GlobalRates, RatesTab } from './rates-tab.tsx';
import { TrackersTab } from './trackers-tab.tsx';
import { useDetailStore, useRow, useVersion } from './use-details.ts';

const TABS = ['general', 'files', 'peers', 'trackers', 'rates', 'log'] as const;
type Tab = (typeof TABS)[number];

const TITLES: Readonly<Record<Tab, TextKey>> = {
  general: 'general',
  files: 'files',
  peers: 'peers',
  trackers: 'trackers',
  rates: 'rates',
  log: 'log',
};

/** The open tab stays open from torrent to torrent. */
const openTab = new Cell<Tab>('general');

/** What the area is given. */
export interface DetailsPaneProps {
  readonly session: Session;
  readonly list: ListStore;
  readonly selected: readonly string[];
  /** The user closes the details, or takes back the selection of several. */
  readonly onClose: () => void;
  /** Puts them on the other side of the list; absent where there is one side only. */
  readonly onDock?: () => void;
}

/** The area. Keys 1 to 6 open tabs wherever no text is written. */
export function DetailsPane({ session, list, selected, onClose, onDock }: DetailsPaneProps): ReactNode {
  const store = useDetailStore(session);
  const [id] = selected;
  const row = useRow(list, id ?? '');
  useTabKeys();
  const frame = { onClose, onDock };
  if (selected.length > 1) return <BulkPanel selected={selected} onClose={onClose} />;
  if (row === null) return <NothingSelected list={list} frame={frame} />;
  return <OneTorrent session={session} store={store} row={row} frame={frame} />;
}

interface Frame {
  readonly onClose: () => void;
  readonly onDock: (() => void) | undefined;
}

interface OneTorrentProps {
  readonly session: Session;
  readonly store: DetailStore;
  readonly row: TorrentRow;
  readonly frame: Frame;
}

function OneTorrent({ session, store, row, frame }: OneTorrentProps): ReactNode {
  const tab = useObservable(openTab);
  const link = useObservable(session.link);
  useVersion(store);
  const panelId = useId();
  const isStale = link.kind !== 'ready' && store.updatedAt !== null;
  const isFlush = tab !== 'general' && tab !== 'rates';
  const general = store.pane('general');
  return (
    <div className="detbox">
      <DetailsHead title={row.name} staleSince={isStale ? store.updatedAt : null} frame={frame}>
        <Tabs tab={tab} panelId={panelId} counts={countsOf(row, general?.fileCount ?? store.files?.length)} />
      </DetailsHead>
      <div
        className={`dp${isFlush ? ' flush' : ''}${isStale ? ' stale' : ''}`}
        role="tabpanel"
        id={panelId}
        aria-label={t(TITLES[tab])}
        {...(isFlush ? {} : { tabIndex: 0 })}
      >
        {tab === 'general' && <ProblemBox row={row} general={general} />}
        <TabBody key={`${row.id} ${tab}`} tab={tab} session={session} store={store} row={row} />
      </div>
    </div>
  );
}

interface TabBodyProps {
  readonly tab: Tab;
  readonly session: Session;
  readonly store: DetailStore;
  readonly row: TorrentRow;
}

function TabBody({ tab, session, store, row }: TabBodyProps): ReactNode {
  switch (tab) {
    case 'general':
      return <GeneralTab session={session} store={store} row={row} />;
    case 'files':
      return <FilesTab session={session} store={store} row={row} />;
    case 'peers':
      return <PeersTab session={session} store={store} row={row} />;
    case 'trackers':
      return <TrackersTab session={session} store={store} row={row} />;
    case 'rates':
      return <RatesTab store={store} row={row} />;
    case 'log':
      return <LogTab store={store} row={row} />;
  }
}

interface NothingSelectedProps {
  readonly list: ListStore;
  readonly frame: Frame;
}

function NothingSelected({ list, frame }: NothingSelectedProps): ReactNode {
  return (
    <div className="detbox">
      <DetailsHead title="" staleSince={null} frame={frame}>
        <strong>{t('rates_global')}</strong>
      </DetailsHead>
      <div className="dp">
        <GlobalRates list={list} />
      </div>
    </div>
  );
}

interface DetailsHeadProps {
  readonly title: string;
  /** When it was last told of, ms since 1970, while the helper is away. */
  readonly staleSince: number | null;
  readonly frame: Frame;
  readonly children: ReactNode;
}

function DetailsHead({ title, staleSince, frame, children }: DetailsHeadProps): ReactNode {
  const { onClose, onDock } = frame;
  return (
    <div className="dh">
      <button type="button" className="ib sm back" aria-label={t('details_back')} onClick={onClose}>
        <Icon name="cl" className="flip" />
      </button>
      {children}
      {staleSince !== null && (
        <span className="asof num">{t('details_as_of', formatTimeExactly(staleSince))}</span>
      )}
      <span className="ttl el" title={title}>
        <bdi>{title}</bdi>
      </span>
      {onDock !== undefined && (
        <button
          type="button"
          className="ib sm dock"
          aria-label={t('details_dock')}
          title={t('details_dock')}
          onClick={onDock}
        >
          <Icon name="cols" />
        </button>
      )}
      <button
        type="button"
        className="ib sm close"
        aria-label={t('details_close')}
        title={t('details_close')}
        onClick={onClose}
      >
        <Icon name="x" />
      </button>
    </div>
  );
}

type Counts = Readonly<Partial<Record<Tab, number>>>;

function countsOf(row: TorrentRow, files: number | undefined): Counts {
  return { ...(files === undefined || files === 0 ? {} : { files }), peers: row.peers };
}

interface TabsProps {
  readonly tab: Tab;
  readonly panelId: string;
  readonly counts: Counts;
}

function Tabs({ tab, panelId, counts }: TabsProps): ReactNode {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = TABS.indexOf(tab);
    const forward = direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const back = direction === 'rtl' ? 'ArrowRight' : 'ArrowLeft';
    const steps: Readonly<Record<string, number>> = {
      [forward]: (at + 1) % TABS.length,
      [back]: (at + TABS.length - 1) % TABS.length,
      Home: 0,
      End: TABS.length - 1,
    };
    const to = TABS[steps[event.key] ?? -1];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    openTab.set(to);
    list.current?.querySelector<HTMLElement>(`[data-tab=${to}]`)?.focus();
  };
  return (
    <div ref={list} className="tabs" role="tablist" aria-label={t('details')} onKeyDown={onKeyDown}>
      {TABS.map((one, at) => (
        <button
          key={one}
          type="button"
          className="tab"
          role="tab"
          data-tab={one}
          aria-selected={one === tab}
          tabIndex={one === tab ? 0 : -1}
          aria-controls={panelId}
          aria-keyshortcuts={String(at + 1)}
          onClick={() => openTab.set(one)}
        >
          {t(TITLES[one])}
          {counts[one] !== undefined && (
            <span className="c num" title={formatCount(counts[one])}>
              {formatShortCount(counts[one])}
            </span>
          )}
        </button>
      ))}
    </div>
  );
}

function useTabKeys(): void {
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent): void => {
      const tab = TABS[Number(event.key) - 1];
      if (tab === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
      if (!prefs.value.letterKeys || event.defaultPrevented) return;
      const { target } = event;
      if (
        target instanceof Element &&
        target.closest('input, textarea, select, dialog, [role=menu]') !== null
      )
        return;
      openTab.set(tab);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}
