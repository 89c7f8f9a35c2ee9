/** The add page: `add.html?source=<name>` shows what waits under that name, without one it asks for something. */
import { AddQueue } from '../model/add-queue.ts';
import { FolderBook } from '../model/folders.ts';
import { t } from '../model/i18n.ts';
import { openSession } from '../model/session.ts';
import { showPage } from '../ui/react.tsx';
import { AddPage } from './add-page.tsx';

const session = openSession('add');
const queue = new AddQueue(new URLSearchParams(location.search).get('source'));
document.title = t('add_dialog');
showPage(<AddPage session={session} queue={queue} book={new FolderBook(session)} />);
