/** The manager page: its regions, what lies over them, and what it says to those who cannot see it. */
import { useEffect, useState, type ReactNode } from 'react';
import { t } from '../model/i18n.ts';
import type { Trouble } from '../model/link.ts';
import type { Observable } from '../model/observable.ts';
import { Icon, useObservable } from '../ui/react.tsx';
import { announceIn } from './announce.ts';
import { Chips, FiltersMenu } from './chips.tsx';
import { ColumnMenu } from './column-menu.tsx';
import { ManagerContext, NARROW, useManager, useMedia, useRows } from './context.tsx';
import { DetailsPlace } from './details-area.tsx';
import { Dialogs } from './dialogs/dialogs.tsx';
import { NoHelper, NoMatch, NoTorrents } from './empty-states.tsx';
import { LabelMenu } from './label-menu.tsx';
import type { Manager } from './manager.ts';
import type { Trail } from './rate-trail.ts';
import { listen } from './shortcuts.ts';
import { Sidebar } from './sidebar.tsx';
import { StatusBar } from './status-bar.tsx';
import { Table } from './table.tsx';
import { ToastsView } from './toasts-view.tsx';
import { TopBar } from './top-bar.tsx';
import { TorrentMenu } from './torrent-menu.tsx';

/** The page. */
export function App({
  manager,
  trail,
}: {
  readonly manager: Manager;
  readonly trail: Observable<Trail>;
}): ReactNode {
  const isNarrow = useMedia(NARROW);
  const [isOver, setOver] = useState(false);
  const words = useObservable(manager.linkWords);
  const link = useObservable(manager.session.link);
  const { dock, isOpen } = useObservable(manager.details);
  useEffect(() => listen(manager, setOver), [manager]);
  // For the moment that connecting takes, what was known holds.
  const isAway = link.kind !== 'ready' && (manager.list.isLoaded || words !== null);
  return (
    <ManagerContext value={manager}>
      <div className={isAway ? 'app away' : 'app'}>
        <TopBar trail={trail} />
        {!isNarrow && <Sidebar />}
        <main className={isOpen && dock === 'end' ? 'main end' : 'main'}>
          <h1 className="sr">{t('manager_torrents')}</h1>
          {isNarrow && <Chips />}
          <List />
          <DetailsPlace />
          <ToastsView />
        </main>
        <StatusBar />
      </div>
      {isOver && (
        <div className="dropzone" aria-hidden="true">
          <Icon name="plus" className="l" />
          {t('drop_to_add')}
        </div>
      )}
      <Menus />
      <Dialogs />
      <Announcer />
    </ManagerContext>
  );
}

function List(): ReactNode {
  const manager = useManager();
  const rows = useRows();
  const { ids } = useObservable(manager.shown);
  const trouble = useTrouble(manager);
  if (ids.length > 0) return <Table />;
  if (!manager.list.isLoaded && trouble !== null) return <NoHelper why={trouble} />;
  if (!manager.list.isLoaded) return <div className="grid" aria-busy="true" />;
  return rows.size === 0 ? <NoTorrents /> : <NoMatch />;
}

/** What keeps the helper away, also while it is looked for again. */
function useTrouble({ session }: Manager): Trouble | null {
  const link = useObservable(session.link);
  const [last, setLast] = useState<Trouble | null>(null);
  const now = link.kind === 'trouble' ? link.why : link.kind === 'ready' ? null : last;
  if (now !== last) setLast(now);
  return now;
}

function Menus(): ReactNode {
  const manager = useManager();
  const menu = useObservable(manager.menu);
  switch (menu?.kind) {
    case 'torrent':
      return <TorrentMenu menu={menu} />;
    case 'column':
      return <ColumnMenu menu={menu} />;
    case 'label':
      return <LabelMenu menu={menu} />;
    case 'filters':
      return <FiltersMenu menu={menu} />;
    case undefined:
      return null;
  }
}

function Announcer(): ReactNode {
  const manager = useManager();
  const [text, setText] = useState('');
  useEffect(() => announceIn(manager, setText), [manager]);
  return (
    <div className="sr" role="status">
      {text}
    </div>
  );
}
