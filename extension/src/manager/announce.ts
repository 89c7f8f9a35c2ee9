/** What is said to those who do not see the list: what finished and what failed. */
import { t } from '../model/i18n.ts';
import { noticeText } from '../model/notices.ts';
import type { Manager } from './manager.ts';

/** Say it with `say` until the returned function is called. */
export function announceIn(manager: Manager, say: (text: string) => void): () => void {
  return manager.session.onEvent((event) => {
    if (event.event !== 'notice') return;
    const name = event.id === null ? undefined : manager.rows.get(event.id)?.name;
    if (event.kind === 'completed' && name !== undefined) say(t('say_finished', name));
    if (event.kind === 'moveFailed') say(noticeText(event));
    if (event.kind === 'failed' || event.kind === 'diskFull') {
      say(name === undefined ? noticeText(event) : t('say_failed', name, noticeText(event)));
    }
  });
}
