/** The setup page: first run, and troubles with the helper. */
import { FolderBook } from '../model/folders.ts';
import { openSession } from '../model/session.ts';
import { showPage } from '../ui/react.tsx';
import { SetupPage } from './app.tsx';
import { browserFacts } from './browser-facts.ts';

const session = openSession('setup');
const book = new FolderBook(session);
const facts = await browserFacts();
showPage(<SetupPage session={session} book={book} facts={facts} />);
