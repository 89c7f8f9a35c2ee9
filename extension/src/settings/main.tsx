/** The settings page; `settings.html#port` goes to a section or a line. */
import { FolderBook } from '../model/folders.ts';
import { t } from '../model/i18n.ts';
import { openSession } from '../model/session.ts';
import { showPage } from '../ui/react.tsx';
import { SettingsPage } from './settings-page.tsx';
import { SettingsStore } from './settings-store.ts';

const session = openSession('settings');
document.title = `${t('settings_title')} – JSTorrent`;
showPage(
  <SettingsPage session={session} store={new SettingsStore(session)} book={new FolderBook(session)} />,
);
