/** The tab of trackers and other sources of peers: how each stands, when it is asked next, and their addresses as text. */
import type { TorrentRow } from '@jstorrent/control';
import { useEffect, useState, type ReactNode } from 'react';
import type { DetailStore } from '../../model/detail-store.ts';
import { DASH, formatCount } from '../../model/format.ts';
import { t } from '../../model/i18n.ts';
import type { Session } from '../../model/session.ts';
import {
  nextText,
  readTiers,
  readWebSeeds,
  textOfTiers,
  tiersOf,
  trackerName,
  trackerState,
  withTiers,
  withWebSeeds,
  type Tracker,
} from '../../model/tracker-words.ts';
import { Icon } from '../../ui/react.tsx';
import { tell } from './actions.ts';
import { LineEditor } from './line-editor.tsx';
import { useLook } from './use-details.ts';
import { WebSeeds } from './web-seeds.tsx';

/** What the tab is given. */
export interface TrackersTabProps {
  readonly session: Session;
  readonly store: DetailStore;
  readonly row: TorrentRow;
}

/** The tab. */
export function TrackersTab({ session, store, row }: TrackersTabProps): ReactNode {
  useLook(store, row.id, ['trackers', 'general']);
  const [editing, setEditing] = useState<'trackers' | 'webSeeds' | null>(null);
  const trackers = store.pane('trackers')?.trackers ?? null;
  const webSeeds = store.pane('general')?.webSeedStates ?? [];
  const { id } = row;
  const toggle = (what: 'trackers' | 'webSeeds'): void => setEditing(editing === what ? null : what);
  return (
    <div className="tabbody">
      <div className="ftools">
        <button
          type="button"
          className="b sm"
          onClick={() => tell(session.call('torrent.reannounce', { ids: [id] }))}
        >
          <Icon name="refresh" />
          {t('trackers_ask_all')}
        </button>
        <span className="grow" />
        <button
          type="button"
          className="b sm"
          aria-expanded={editing === 'trackers'}
          disabled={trackers === null}
          onClick={() => toggle('trackers')}
        >
          {t('trackers_edit')}
        </button>
        <button
          type="button"
          className="b sm"
          aria-expanded={editing === 'webSeeds'}
          onClick={() => toggle('webSeeds')}
        >
          {t('web_seeds_edit')}
        </button>
      </div>
      <div className="scroll">
        {editing === 'trackers' && (
          <LineEditor
            label={t('trackers_edit_label')}
            hint={t('trackers_edit_hint')}
            example={'https://tracker.example.org/announce\nudp://tracker.example.org:6969'}
            text={textOfTiers(tiersOf(trackers ?? []))}
            rows={6}
            doneText={t('lines_save')}
            onDone={(text) => saveTrackers(session, store, id, text)}
            onClose={() => setEditing(null)}
          />
        )}
        {editing === 'webSeeds' && (
          <LineEditor
            label={t('web_seeds_edit_label')}
            hint={t('web_seeds_edit_hint')}
            example="https://mirror.example.org/files/"
            text={webSeeds.map(({ url }) => url).join('\n')}
            rows={4}
            doneText={t('lines_save')}
            onDone={(text) => saveWebSeeds(session, store, id, text)}
            onClose={() => setEditing(null)}
          />
        )}
        {trackers !== null && (
          <TrackerTable
            trackers={trackers}
            toldAt={store.updatedAt ?? Date.now()}
            onAsk={(tracker) => tell(session.call('torrent.reannounce', { ids: [id], tracker }))}
          />
        )}
        {webSeeds.length > 0 && <WebSeeds seeds={webSeeds} />}
      </div>
    </div>
  );
}

function saveTrackers(session: Session, store: DetailStore, id: string, text: string): string | null {
  const read = readTiers(text);
  if ('wrong' in read) return t('trackers_wrong', String(read.line), read.wrong);
  const tiers = read.value;
  tell(
    store.assume(
      'trackers',
      ({ trackers }) => ({ trackers: withTiers(trackers, tiers) }),
      session.call('torrent.setTrackers', { id, tiers }),
    ),
  );
  return null;
}

function saveWebSeeds(session: Session, store: DetailStore, id: string, text: string): string | null {
  const read = readWebSeeds(text);
  if ('wrong' in read) return t('web_seeds_wrong', String(read.line), read.wrong);
  const urls = read.value;
  tell(
    store.assume(
      'general',
      (pane) => ({ ...pane, webSeedStates: withWebSeeds(pane.webSeedStates, urls) }),
      session.call('torrent.setWebSeeds', { id, urls }),
    ),
  );
  return null;
}

interface TrackerTableProps {
  readonly trackers: readonly Tracker[];
  /** When they were told of, ms since 1970. */
  readonly toldAt: number;
  readonly onAsk: (url: string) => void;
}

function TrackerTable({ trackers, toldAt, onAsk }: TrackerTableProps): ReactNode {
  const passedMs = useSeconds() - toldAt;
  if (trackers.length === 0) return <p className="nothing">{t('trackers_none')}</p>;
  return (
    <table className="tb" aria-label={t('trackers')}>
      <thead>
        <tr>
          <th>{t('trackers_tier')}</th>
          <th>{t('trackers_tracker')}</th>
          <th>{t('trackers_status')}</th>
          <th className="r">{t('trackers_next')}</th>
          <th className="r">{t('trackers_seeds')}</th>
          <th className="r hm">{t('trackers_leeches')}</th>
          <th className="r hm">{t('trackers_peers')}</th>
          <th>
            <span className="sr">{t('trackers_action')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {trackers.map((tracker) => (
          <TrackerLine
            key={`${tracker.kind} ${tracker.url}`}
            tracker={tracker}
            passedMs={passedMs}
            onAsk={onAsk}
          />
        ))}
      </tbody>
    </table>
  );
}

interface TrackerLineProps {
  readonly tracker: Tracker;
  readonly passedMs: number;
  readonly onAsk: (url: string) => void;
}

function TrackerLine({ tracker, passedMs, onAsk }: TrackerLineProps): ReactNode {
  const state = trackerState(tracker);
  const name = trackerName(tracker);
  const { tier, url, kind } = tracker;
  return (
    <tr data-st={state.look}>
      <td className="num dim lone">{tier === null ? DASH : formatCount(tier + 1)}</td>
      <td className="k wrap" title={name}>
        {kind === 'tracker' ? (
          <bdi dir="ltr" className="mono">
            {name}
          </bdi>
        ) : (
          name
        )}
      </td>
      <td className="wrap second" title={state.text}>
        <span className="st">
          <Icon name={state.icon} className="s" />
          <span className="el" dir="auto">
            {state.text}
          </span>
        </span>
      </td>
      <td className="r num second">{nextText(tracker, passedMs)}</td>
      <td className="r num lone">{countText(tracker.seeds)}</td>
      <td className="r num hm">{countText(tracker.leeches)}</td>
      <td className="r num hm">{countText(tracker.peers)}</td>
      <td className="r">
        {kind === 'tracker' && (
          <button
            type="button"
            className="b sm"
            disabled={tracker.status === 'updating'}
            aria-label={t('trackers_ask_one', name)}
            onClick={() => onAsk(url)}
          >
            {t('trackers_ask')}
          </button>
        )}
      </td>
    </tr>
  );
}

function countText(count: number | null): string {
  return count === null ? DASH : formatCount(count);
}

/** The time, once a second. */
function useSeconds(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
