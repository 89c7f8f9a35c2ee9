/** What the service says without being asked, in the user's language. Which of it is shown where is decided elsewhere. */
import type { NoticeEvent } from '@jstorrent/control';
import { errorText } from './failures.ts';
import { t } from './i18n.ts';

type Words = Pick<NoticeEvent, 'kind' | 'sentence' | 'data'>;

/** The sentence of a notice about something that failed; the service's own where this language has none. */
export function noticeText({ kind, sentence, data = {} }: Words): string {
  const why = wordIn(data, 'why');
  switch (kind) {
    case 'diskFull':
      return errorText({ code: 'DISK_FULL', data, message: sentence });
    case 'failed': {
      // Why it failed is the whole sentence of the service here.
      const { why: _, ...known } = data;
      const code = wordIn(data, 'code');
      return code === '' ? sentence : errorText({ code: code as 'FAILED', data: known, message: sentence });
    }
    case 'moveFailed': {
      const name = wordIn(data, 'name');
      return name === '' || why === '' ? sentence : t('notice_moveFailed', name, why);
    }
    case 'hookFailed':
      return why === '' ? sentence : t('notice_hookFailed', why);
    case 'storeRestored':
      return t('notice_storeRestored');
    default:
      return sentence;
  }
}

function wordIn(data: NonNullable<Words['data']>, key: string): string {
  const value = data[key];
  return typeof value === 'string' ? value : '';
}
