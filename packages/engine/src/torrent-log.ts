/** Which events of a torrent are worth a line in its log, and what is remembered of them. Sentences are made elsewhere. */
import type { EngineEvent } from './events.ts';

/** What a line is about. Append-only. */
export type LogCode =
  | 'STATE'
  | 'FAILED'
  | 'METADATA'
  | 'CHECKED'
  | 'COMPLETED'
  | 'CORRUPT'
  | 'BANNED'
  | 'ANNOUNCED'
  | 'ANNOUNCE_FAILED'
  | 'GOAL'
  | 'WEB_SEED_FAILED';

/** One line. */
export interface LogLine {
  /** On the clock of the engine, ms. */
  readonly at: number;
  readonly code: LogCode;
  readonly data: Readonly<Record<string, string | number>>;
}

/** The line for an event; null when it is not worth one, as what comes by the thousand. */
export function logLine(event: EngineEvent, at: number): LogLine | null {
  const line = (code: LogCode, data: LogLine['data'] = {}): LogLine => ({ at, code, data });
  switch (event.type) {
    case 'stateChanged': {
      const { state } = event;
      if (state.kind === 'endgame') return null;
      if (state.kind !== 'failed') return line('STATE', { state: state.kind });
      return line('FAILED', { code: state.code, detail: state.detail, missing: state.missing });
    }
    case 'metadata':
      return line('METADATA', { name: event.info.name, pieces: event.info.pieceCount });
    case 'checked':
      return line('CHECKED', { have: event.havePieces, of: event.pieceCount });
    case 'completed':
      return line('COMPLETED');
    case 'pieceCorrupt':
      return line('CORRUPT', { piece: event.piece });
    case 'peerBanned':
      return line('BANNED', { host: event.host, port: event.port });
    case 'announced':
      return line('ANNOUNCED', { url: event.url, peers: event.peers });
    case 'announceFailed':
      return line('ANNOUNCE_FAILED', { url: event.url, message: event.message });
    case 'webSeedFailed':
      return line('WEB_SEED_FAILED', { url: event.url, message: event.message });
    case 'goalReached':
      return line('GOAL', { goal: event.goal });
    default:
      return null;
  }
}
