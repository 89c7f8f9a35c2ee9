/** The manager page. Decides what is connected when it opens, and which torrent it shows then. */
import { ListStore } from '../model/list-store.ts';
import { openSession } from '../model/session.ts';
import { showPage } from '../ui/react.tsx';
import { App } from './app.tsx';
import { ALL } from './filters.ts';
import { Manager } from './manager.ts';
import { followRates } from './rate-trail.ts';
import { NOTHING, pressed } from './selection.ts';

const session = openSession('manager');
const list = new ListStore(session);
const manager = new Manager(session, list);
const trail = followRates(session, list);

/** Shows the torrent that the address names. */
function showNamed(): void {
  const id = decodeURIComponent(location.hash.slice(1));
  if (!manager.rows.has(id)) return;
  leave();
  history.replaceState(null, '', location.pathname);
  if (!manager.shown.value.ids.includes(id)) {
    manager.search.set('');
    manager.filter.set(ALL);
  }
  manager.select(pressed(NOTHING, id, {}, manager.shown.value.ids));
  manager.details.set({ ...manager.details.value, isOpen: true });
  manager.scroll.set({ to: id });
}

let leave = list.subscribe(showNamed);
addEventListener('hashchange', () => {
  leave();
  leave = list.subscribe(showNamed);
  showNamed();
});

showPage(<App manager={manager} trail={trail} />);
