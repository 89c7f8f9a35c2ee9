/** A torrent that is in the list already: how that one stands, and what the new link can give it. */
import type { PreviewView } from '@jstorrent/control';
import { useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { shortPath } from '../model/folders.ts';
import { formatDate, formatPercent } from '../model/format.ts';
import { t, tn } from '../model/i18n.ts';
import { ListStore } from '../model/list-store.ts';
import { progressOf, stateOf } from '../model/row-state.ts';
import type { Session } from '../model/session.ts';
import { Icon } from '../ui/react.tsx';

/** What the state is given. */
export interface DuplicateProps {
  readonly session: Session;
  readonly view: PreviewView;
}

/** The state. */
export function Duplicate({ session, view }: DuplicateProps): ReactNode {
  const [list, setList] = useState<ListStore | null>(null);
  useEffect(() => {
    const opened = new ListStore(session);
    setList(opened);
    return () => opened.close();
  }, [session]);
  return (
    <div className="notes">
      <div className="note">
        <Icon name="info" />
        <div className="grow">
          <strong>{t('add_have_it')}</strong>
          {list === null || view.infoHash === null ? (
            <p>{t('add_have_short')}</p>
          ) : (
            <Existing session={session} list={list} id={view.infoHash} />
          )}
          {view.newTrackers > 0 && <p className="gap">{tn('add_new_trackers', view.newTrackers)}</p>}
        </div>
      </div>
    </div>
  );
}

interface ExistingProps {
  readonly session: Session;
  readonly list: ListStore;
  readonly id: string;
}

function Existing({ session, list, id }: ExistingProps): ReactNode {
  useSyncExternalStore(list.subscribe, () => list.version);
  const row = list.rows.get(id);
  const folder = useFolderText(session, id);
  if (row === undefined) return <p>{t('add_have_short')}</p>;
  const done = formatPercent(progressOf(row));
  const { look } = stateOf(row);
  return (
    <>
      <p>{t('add_have_since', formatDate(row.addedAt), done, folder)}</p>
      <div className="row have" data-st={look}>
        <span
          className="bar"
          role="progressbar"
          aria-label={t('add_progress')}
          aria-valuenow={Math.floor(progressOf(row) * 100)}
          aria-valuemin={0}
          aria-valuemax={100}
        >
          <i style={{ '--p': progressOf(row) * 100 } as React.CSSProperties} />
        </span>
        <span className="num mut">{done}</span>
      </div>
    </>
  );
}

/** The folder of a torrent as text; empty while unknown. */
function useFolderText(session: Session, id: string): string {
  const [text, setText] = useState('');
  useEffect(() => {
    const leave = session.onEvent((event) => {
      if (event.event === 'detail' && event.id === id && event.pane === 'general')
        setText(shortPath(event.data.folderText));
    });
    session.call('detail.subscribe', { id, panes: ['general'] }).catch(() => {});
    return () => {
      leave();
      session.call('detail.unsubscribe', { id }, { now: true }).catch(() => {});
    };
  }, [session, id]);
  return text;
}
