/** Lines of a torrent's log in words. Decides the sentences and how much each matters; what is logged is the engine's. */
import { CONTROL_LIMITS, isErrorCode, errorSentence, type LogEntry } from '@jstorrent/control';
import type { LogLine } from '@jstorrent/engine';
import { withoutSecrets } from './service-log.ts';

const STATES: Readonly<Record<string, string>> = {
  stopped: 'Stopped',
  queued: 'Queued',
  checking: 'Checking what is there',
  metadata: 'Fetching the file list',
  downloading: 'Downloading',
  seeding: 'Seeding',
  stopping: 'Stopping',
};

/** A line for people; `offset` turns the engine's clock into milliseconds since 1970. */
export function logEntryOf({ at, code, data }: LogLine, offset: number): LogEntry {
  const { level, text } = wordsOf(code, data);
  return {
    at: Math.max(0, Math.round(at + offset)),
    level,
    code,
    text: withoutSecrets(text).slice(0, CONTROL_LIMITS.sentenceLength),
  };
}

function wordsOf(code: LogLine['code'], data: LogLine['data']): Pick<LogEntry, 'level' | 'text'> {
  switch (code) {
    case 'STATE':
      return { level: 'info', text: STATES[String(data['state'])] ?? String(data['state']) };
    case 'FAILED': {
      const failure = String(data['code']);
      const sentence = isErrorCode(failure)
        ? errorSentence(failure, { missing: data['missing'] ?? 0 })
        : failure;
      return { level: 'problem', text: `${sentence} (${data['detail']})` };
    }
    case 'METADATA':
      return { level: 'notable', text: `The file list is known: ${data['name']}, ${data['pieces']} pieces` };
    case 'CHECKED':
      return { level: 'info', text: `Checked: ${data['have']} of ${data['of']} pieces are there` };
    case 'COMPLETED':
      return { level: 'notable', text: 'Complete' };
    case 'CORRUPT':
      return { level: 'notable', text: `Piece ${data['piece']} was wrong and is fetched again` };
    case 'BANNED':
      return { level: 'notable', text: `${data['host']} is not talked to any more` };
    case 'ANNOUNCED':
      return { level: 'info', text: `${data['url']} told ${data['peers']} peers` };
    case 'ANNOUNCE_FAILED':
      return { level: 'problem', text: `${data['url']}: ${data['message']}` };
    case 'WEB_SEED_FAILED':
      return { level: 'problem', text: `${data['url']}: ${data['message']}` };
    case 'GOAL':
      return { level: 'notable', text: `The goal for seeding is reached (${data['goal']})` };
  }
}
