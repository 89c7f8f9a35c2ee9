/** The manager page. Decides what is connected when it opens, and which torrent it shows then. */
import { ListStore } from '../model/list-store.ts';
import { openSession } from '../model/session.ts';
import { afterFrame } from '../ui/after-frame.ts';
import { showPage } from '../ui/react.tsx';
import { App } from './app.tsx';
import { readLayout } from './column-layout.ts';
import { ALL } from './filters.ts';
import { followLast } from './keep-last.ts';
import { loadLast } from './last-list.ts';
import { Manager } from './manager.ts';
import { followRates } from './rate-trail.ts';
import { remembered } from './remembered.ts';
import { NOTHING, pressed } from './selection.ts';

const { sort } = remembered('manager.columns', readLayout).value;
const last = loadLast(localStorage, sort);
// What is known is drawn before anything else has to be done.
const session = openSession('manager', last === null ? {} : { when: afterFrame });
const list = new ListStore(session, last);
const manager = new Manager(session, list, last);
followLast(localStorage, manager);
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
