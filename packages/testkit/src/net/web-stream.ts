/**
 * Streams to web servers of the in-memory internet: TCP behind names and the rules against request forgery. TLS is a
 * name only: bytes pass as they are.
 */
import type { Socket, SocketEvents, WebStreamCode, WebStreamEvents, WebTarget } from '@jstorrent/data-plane';
import { reachOf } from './addresses.ts';
import type { NetGround } from './internet.ts';

type Dial = (address: string, port: number, events: SocketEvents) => Socket;

/** The `openWeb` of a host that can dial. */
export function openWebStream(
  ground: NetGround,
  target: WebTarget,
  events: WebStreamEvents,
  dial: Dial,
): Pick<Socket, 'write' | 'pause' | 'resume' | 'destroy'> {
  let socket: Socket | null = null;
  let isPaused = false;
  let isDone = false;
  let isOpen = false;
  const end = (code: WebStreamCode, detail: string): void => {
    if (isDone) return;
    isDone = true;
    events.onClose(code, detail);
  };
  const connect = (address: string): void => {
    socket = dial(address, target.port, {
      onOpen: () => {
        isOpen = true;
        if (!isDone) events.onOpen(reachOf(address) === 'public');
      },
      onData: (bytes) => {
        if (!isDone) events.onData(bytes);
      },
      onDrain: () => {},
      onClose: (code) => end(isOpen ? 'CUT_OFF' : 'CONNECT_FAILED', code),
    });
    if (isPaused) socket.pause();
  };
  ground.clock.after(ground.dnsDelayMs(target.host), () => {
    if (isDone) return;
    const addresses = ground.lookUp(target.host);
    const allowed = addresses?.find((address) => {
      const reach = reachOf(address);
      return reach === 'public' || (reach === 'local' && target.mayBeLocal);
    });
    if (addresses === null) end('NAME_NOT_FOUND', target.host);
    else if (allowed === undefined) end('FORBIDDEN_ADDRESS', target.host);
    else connect(allowed);
  });
  return {
    write: (bytes) => socket?.write(bytes),
    pause: () => {
      isPaused = true;
      socket?.pause();
    },
    resume: () => {
      isPaused = false;
      socket?.resume();
    },
    destroy: () => {
      isDone = true;
      socket?.destroy();
    },
  };
}
