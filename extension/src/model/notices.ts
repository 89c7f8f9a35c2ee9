/** What the service says without being asked, in the user's language. Which of it is shown where is decided elsewhere. */
import type { NoticeEvent } from '@jstorrent/control';
import { errorText, moveErrorText } from './failures.ts';
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
      const cause = moveProblem(data, why);
      return name === '' || cause === '' ? sentence : t('notice_moveFailed', name, cause);
    }
    case 'hookFailed':
      return why === '' ? sentence : t('notice_hookFailed', why);
    case 'storeRestored':
      return t('notice_storeRestored');
    default:
      return sentence;
  }
}

/** Why files could not be moved; the service's own words `why` where nothing else is known. */
function moveProblem(data: NonNullable<Words['data']>, why: string): string {
  const code = wordIn(data, 'code');
  if (code === '') return why;
  const { folder, missing } = data;
  // What is there already is not the torrent.
  const known = { folder: folder ?? '', missing: missing ?? 0 };
  return moveErrorText({ code: code as 'FAILED', data: known, message: why });
}

function wordIn(data: NonNullable<Words['data']>, key: string): string {
  const value = data[key];
  return typeof value === 'string' ? value : '';
}
