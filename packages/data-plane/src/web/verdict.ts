/** What the head of an answer means for a question: payload, another place to ask, or the end of the web seed. Pure. */
import type { WebCode, WebPart } from '@jstorrent/engine/ports';
import type { HttpHead } from '@jstorrent/protocol/web';
import type { Limits } from '../limits.ts';

/** What follows from a head. */
export type Verdict =
  /** So many bytes to leave out, then the wanted ones. */
  | { readonly type: 'payload'; readonly skip: number }
  | { readonly type: 'redirect'; readonly location: string }
  | { readonly type: 'end'; readonly code: WebCode; readonly detail: string };

const REDIRECTS = [301, 302, 303, 307, 308];

/** Judge the answer to a question for `asked`. */
export function judge(head: HttpHead, asked: WebPart, limits: Limits): Verdict {
  const { status, location, contentEncoding } = head;
  if (REDIRECTS.includes(status) && location !== null) return { type: 'redirect', location };
  if (status === 429 || status === 503) return end('BUSY', '');
  if (status === 416) return end('WRONG_LENGTH', 'the file there is shorter');
  if (status !== 200 && status !== 206) return end('BAD_STATUS', '');
  if (contentEncoding !== '' && contentEncoding !== 'identity')
    return end('BAD_REPLY', `content encoding ${contentEncoding}`);
  return status === 206 ? judgePart(head, asked) : judgeWhole(head, asked, limits);
}

function judgePart({ contentRange, contentLength }: HttpHead, asked: WebPart): Verdict {
  if (contentRange === null) return end('BAD_REPLY', 'a part of the file that does not say which');
  const { first, last, total } = contentRange;
  if (total !== null && total !== asked.fileLength)
    return end('WRONG_LENGTH', `${total} bytes instead of ${asked.fileLength}`);
  if (first !== asked.offset || last >= asked.offset + asked.length)
    return end('BAD_REPLY', 'another part of the file than the one asked for');
  if (contentLength !== null && contentLength !== last - first + 1)
    return end('BAD_REPLY', 'a part of the file of another length than it says');
  return { type: 'payload', skip: 0 };
}

/** The server does not know parts, or the file is changing under it: the whole file comes. */
function judgeWhole({ contentLength, contentType }: HttpHead, asked: WebPart, limits: Limits): Verdict {
  const isPage = contentType === 'text/html' && !/\.x?html?(\?|$)/i.test(asked.url);
  if (contentLength !== null && contentLength !== asked.fileLength) {
    const detail = `${contentLength} bytes instead of ${asked.fileLength}`;
    return isPage ? end('NOT_DATA', '') : end('WRONG_LENGTH', detail);
  }
  if (contentLength === null && isPage) return end('NOT_DATA', '');
  if (asked.offset > limits.webSkipBytes) return end('NO_RANGES', '');
  return { type: 'payload', skip: asked.offset };
}

function end(code: WebCode, detail: string): Verdict {
  return { type: 'end', code, detail };
}
