/** The tab of peers: who is connected and what happens with each. Decides that rows keep their place while pointed at. */
import type { TorrentRow } from '@jstorrent/control';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { DetailStore } from '../../model/detail-store.ts';
import { DASH, formatPercent, formatRate, formatSize } from '../../model/format.ts';
import { t, tn, type TextKey } from '../../model/i18n.ts';
import {
  addressText,
  keepOrder,
  peerFlags,
  peerKey,
  peerSince,
  peerState,
  readAddresses,
  sortPeers,
  type Peer,
  type PeerColumn,
} from '../../model/peer-words.ts';
import type { Session } from '../../model/session.ts';
import { Icon } from '../../ui/react.tsx';
import { copyText, say, tell } from './actions.ts';
import { LineEditor } from './line-editor.tsx';
import { PopupMenu, type MenuPlace } from '../../ui/popup-menu.tsx';
import { ROW_HEIGHT } from '../../ui/row-height.ts';
import { useLook } from './use-details.ts';

/** What the tab is given. */
export interface PeersTabProps {
  readonly session: Session;
  readonly store: DetailStore;
  readonly row: TorrentRow;
}

const COLUMNS: readonly {
  readonly column: PeerColumn | null;
  readonly title: TextKey;
  readonly isFigure?: true;
}[] = [
  { column: 'address', title: 'peers_address' },
  { column: 'client', title: 'peers_client' },
  { column: null, title: 'peers_connection' },
  { column: 'progress', title: 'peers_has', isFigure: true },
  { column: 'downRate', title: 'peers_down', isFigure: true },
  { column: 'upRate', title: 'peers_up', isFigure: true },
  { column: 'activity', title: 'peers_happening' },
];

/** The tab. */
export function PeersTab({ session, store, row }: PeersTabProps): ReactNode {
  useLook(store, row.id, ['peers']);
  const pane = store.pane('peers');
  const [sort, setSort] = useState<{ column: PeerColumn; isUp: boolean }>({
    column: 'downRate',
    isUp: false,
  });
  const [isAdding, setAdding] = useState(false);
  const [isHeld, setHeld] = useState(false);
  const order = useRef<readonly string[]>([]);
  const sorted = sortPeers(pane?.peers ?? [], sort);
  const peers = isHeld ? keepOrder(order.current, sorted) : sorted;
  order.current = peers.map(peerKey);
  const add = (text: string): string | null => {
    const read = readAddresses(text);
    if ('wrong' in read) return t('peers_wrong_address', read.wrong);
    if (read.peers.length > 0)
      tell(
        session
          .call('torrent.addPeers', { id: row.id, peers: read.peers })
          .then(() => say(tn('peers_added', read.peers.length))),
      );
    return null;
  };
  return (
    <div className="tabbody">
      <div className="ftools">
        <span className="dim num el">{pane === null ? '' : peersText(row, pane.total, peers.length)}</span>
        <span className="grow" />
        <button type="button" className="b sm" aria-expanded={isAdding} onClick={() => setAdding(!isAdding)}>
          <Icon name="plus" />
          {t('peers_add')}
        </button>
      </div>
      {isAdding && (
        <LineEditor
          label={t('peers_add_label')}
          example="203.0.113.7:6881"
          text=""
          rows={2}
          doneText={t('peers_add')}
          onDone={add}
          onClose={() => setAdding(false)}
        />
      )}
      {pane !== null && peers.length === 0 ? (
        <p className="nothing">{t('availability_none')}</p>
      ) : (
        <PeerTable
          peers={peers}
          sort={sort}
          onBan={(peer) => ban(session, store, row.id, peer)}
          onSort={(column) => setSort({ column, isUp: sort.column === column ? !sort.isUp : isText(column) })}
          onHold={setHeld}
        />
      )}
    </div>
  );
}

function isText(column: PeerColumn): boolean {
  return column === 'address' || column === 'client' || column === 'activity';
}

function peersText(row: TorrentRow, total: number, shown: number): string {
  const text = tn('peers_connected', total);
  const known = row.knownPeers > total ? tn('peers_known', row.knownPeers) : '';
  const cut = shown < total ? tn('peers_fastest', shown) : '';
  return [text, known, cut].filter((part) => part !== '').join(' · ');
}

function ban(session: Session, store: DetailStore, id: string, { address }: Peer): void {
  tell(
    store
      .assume(
        'peers',
        (pane) => ({
          ...pane,
          peers: pane.peers.map((peer) =>
            peer.address === address ? { ...peer, activity: 'blocked', downRate: 0, upRate: 0 } : peer,
          ),
        }),
        session.call('torrent.banPeer', { id, host: address }),
      )
      .then(() => say(t('peers_banned', address))),
  );
}

interface PeerTableProps {
  readonly peers: readonly Peer[];
  readonly sort: { readonly column: PeerColumn; readonly isUp: boolean };
  readonly onSort: (column: PeerColumn) => void;
  readonly onHold: (isHeld: boolean) => void;
  readonly onBan: (peer: Peer) => void;
}

function PeerTable({ peers, sort, onSort, onHold, onBan }: PeerTableProps): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const prefix = useId();
  const [focus, setFocus] = useState<string | null>(null);
  const [menu, setMenu] = useState<{ at: MenuPlace; peer: Peer } | null>(null);
  const rows = useVirtualizer({
    count: peers.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 6,
  });
  const at = peers.findIndex((peer) => peerKey(peer) === focus);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== scroller.current) return;
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: peers.length - 1,
      PageDown: at + 8,
      PageUp: at - 8,
    };
    const to = steps[event.key];
    if (to !== undefined && peers.length > 0) {
      const next = Math.max(0, Math.min(peers.length - 1, to));
      const peer = peers[next];
      setFocus(peer === undefined ? null : peerKey(peer));
      rows.scrollToIndex(next);
      event.preventDefault();
    } else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      const peer = peers[at];
      const element = document.getElementById(`${prefix}${focus ?? ''}`);
      if (peer === undefined || element === null) return;
      event.preventDefault();
      setMenu({ at: element, peer });
    }
  };
  const active = at < 0 ? {} : { 'aria-activedescendant': `${prefix}${focus ?? ''}` };
  return (
    <div
      ref={scroller}
      className="ptable"
      role="grid"
      aria-label={t('peers')}
      aria-rowcount={peers.length + 1}
      tabIndex={0}
      {...active}
      onKeyDown={onKeyDown}
      onPointerEnter={() => onHold(true)}
      onPointerLeave={() => onHold(menu !== null)}
    >
      <div role="row" className="prow phead" aria-rowindex={1}>
        {COLUMNS.map(({ column, title, isFigure }) => (
          <span
            key={title}
            role="columnheader"
            className={isFigure ? 'r' : ''}
            {...(column === sort.column ? { 'aria-sort': sort.isUp ? 'ascending' : 'descending' } : {})}
          >
            {column === null ? (
              t(title)
            ) : (
              <button type="button" tabIndex={-1} onClick={() => onSort(column)}>
                {t(title)}
                {column === sort.column && <Icon name={sort.isUp ? 'sortasc' : 'sortdesc'} className="s" />}
              </button>
            )}
          </span>
        ))}
        <span role="columnheader">
          <span className="sr">{t('peers_actions')}</span>
        </span>
      </div>
      <div role="rowgroup" className="rows" style={{ blockSize: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const peer = peers[index];
          if (peer === undefined) return null;
          const key = peerKey(peer);
          return (
            <PeerRow
              key={key}
              id={`${prefix}${key}`}
              peer={peer}
              row={index}
              top={start}
              isFocused={key === focus}
              onFocus={setFocus}
              onMenu={(place) => setMenu({ at: place, peer })}
            />
          );
        })}
      </div>
      {menu !== null && (
        <PopupMenu
          at={menu.at}
          label={addressText(menu.peer.address, menu.peer.port)}
          entries={[
            { id: 'copy', text: t('peers_copy'), icon: 'copy' },
            { id: 'ban', text: t('peers_ban'), icon: 'ban', isDanger: true },
          ]}
          onAction={(action) => {
            if (action === 'ban') onBan(menu.peer);
            else copyText(addressText(menu.peer.address, menu.peer.port), t('peers_copied'));
          }}
          onClose={() => {
            setMenu(null);
            scroller.current?.focus();
          }}
        />
      )}
    </div>
  );
}

interface PeerRowProps {
  readonly id: string;
  readonly peer: Peer;
  readonly row: number;
  readonly top: number;
  readonly isFocused: boolean;
  readonly onFocus: (key: string) => void;
  readonly onMenu: (at: MenuPlace) => void;
}

function PeerRow(props: PeerRowProps): ReactNode {
  const { id, peer, row, top, isFocused, onFocus, onMenu } = props;
  const state = peerState(peer);
  const address = addressText(peer.address, peer.port);
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={row + 2}
      className={isFocused ? 'prow foc' : 'prow'}
      data-st={state.look}
      style={{ transform: `translateY(${top}px)`, blockSize: ROW_HEIGHT }}
      onClick={() => onFocus(peerKey(peer))}
      onContextMenu={(event) => {
        event.preventDefault();
        onFocus(peerKey(peer));
        onMenu({ x: event.clientX, y: event.clientY });
      }}
    >
      <span role="gridcell" className="k el" title={address}>
        <bdi dir="ltr">{peer.address}</bdi>
      </span>
      <span role="gridcell" className="el" title={peer.client}>
        <bdi>{peer.client === '' ? DASH : peer.client}</bdi>
      </span>
      <span role="gridcell" className="flags">
        {peerFlags(peer).map(({ text, meaning }) => (
          <span key={text} className="chip" title={meaning}>
            {text}
            <span className="sr">{meaning}</span>
          </span>
        ))}
      </span>
      <span role="gridcell" className="r num">
        {formatPercent(peer.progress)}
      </span>
      <span role="gridcell" className="r num" title={t('peers_downloaded', formatSize(peer.downloaded))}>
        {formatRate(peer.downRate)}
      </span>
      <span role="gridcell" className="r num" title={t('peers_uploaded', formatSize(peer.uploaded))}>
        {formatRate(peer.upRate)}
      </span>
      <span role="gridcell" className="el" title={peerSince(peer)}>
        <span className="st">
          <Icon name={state.icon} className="s" />
          <span className="el">{state.text}</span>
        </span>
      </span>
      <span role="gridcell">
        <button
          type="button"
          tabIndex={-1}
          className="ib sm"
          aria-haspopup="menu"
          aria-label={t('peers_more', address)}
          onClick={(event) => onMenu(event.currentTarget)}
        >
          <Icon name="more" />
        </button>
      </span>
    </div>
  );
}
