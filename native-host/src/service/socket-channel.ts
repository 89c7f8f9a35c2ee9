/** A connection of the local socket as control wants it. Decides nothing. */
import type { Socket } from 'node:net';
import type { ByteChannel } from '@jstorrent/control';

/** The byte channel over a connected socket, which belongs to it from then on. */
export function socketChannel(socket: Socket): ByteChannel {
  return {
    listen: (handlers) => {
      // A front end that is gone is told by 'close'.
      socket.on('error', () => {});
      socket.on('data', (chunk) => handlers.onData(chunk));
      socket.on('drain', () => handlers.onDrain());
      socket.on('close', () => handlers.onClose());
    },
    send: (bytes) => {
      if (socket.writable) socket.write(bytes);
    },
    get bufferedBytes() {
      return socket.writableLength;
    },
    pause: () => {
      socket.pause();
    },
    resume: () => {
      socket.resume();
    },
    // What was said last still arrives: a farewell, or why the connection ends.
    close: () => {
      socket.end();
      socket.destroySoon();
    },
  };
}
