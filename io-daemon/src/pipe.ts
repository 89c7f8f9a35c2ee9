/**
 * Standard input and output as a pipe of bytes that never blocks. Decides how this process reads and writes its two
 * descriptors; what the bytes mean is decided elsewhere.
 */
import { Buffer } from 'node:buffer';
import { Socket } from 'node:net';

/** Bytes per read: a turn of commands is far below, a large layout takes a few hundred reads. */
const READ_BYTES = 256 * 1024;

/** Where the bytes of a pipe go. */
export interface PipeEvents {
  /** The next bytes; valid during the call only. */
  onChunk(chunk: Uint8Array): void;
  /** The other end is gone or has closed; called once, nothing follows. */
  onEnd(): void;
}

/** The writing side. */
export interface Pipe {
  /** Queue bytes; they belong to the pipe. Dropped when the other end is gone. */
  write(bytes: Uint8Array): void;
}

/**
 * Read descriptor 0 and write descriptor 1, which must be pipes or sockets: `process.stdout` would write them
 * synchronously. Throws when they are something else.
 */
export function openStdio(events: PipeEvents): Pipe {
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    events.onEnd();
  };
  const input = new Socket({
    fd: 0,
    readable: true,
    writable: false,
    onread: {
      buffer: Buffer.allocUnsafeSlow(READ_BYTES),
      callback: (length, buffer) => {
        if (!ended) events.onChunk(buffer.subarray(0, length));
        return true;
      },
    },
  });
  input.on('end', end);
  input.on('error', end);
  input.on('close', end);

  const output = new Socket({ fd: 1, readable: false, writable: true });
  output.on('error', end);
  output.on('close', end);
  return {
    write: (bytes) => {
      if (output.writable) output.write(bytes);
    },
  };
}
