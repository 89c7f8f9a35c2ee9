/**
 * What the service answers to a connector that speaks for itself. Decides how much of it is read; imports nothing heavy.
 */
import type { Socket } from 'node:net';

/** Beyond it, what comes is no answer to us. */
const REPLY_MAX_BYTES = 64 * 1024;

/** Hear every message; a connection that sends more than an answer is ended. */
export function readReplies(socket: Socket, onReply: (reply: object) => void): void {
  let kept = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    kept = Buffer.concat([kept, chunk]);
    while (kept.length >= 4 && kept.length - 4 >= kept.readUInt32LE()) {
      const end = 4 + kept.readUInt32LE();
      const reply = parse(kept.toString('utf8', 4, end));
      kept = kept.subarray(end);
      if (reply !== null) onReply(reply);
    }
    if (kept.length > REPLY_MAX_BYTES) socket.destroy();
  });
}

function parse(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
