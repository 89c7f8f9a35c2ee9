/**
 * Whether this process becomes the service of its user. Decides between those who start at once, and waits for one that is
 * leaving; what the service does is decided in service.ts.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { connectLocally } from '../socket/connect.ts';
import { takeLock, type FileLock } from '../socket/lock.ts';
import type { SocketPlace } from '../socket/place.ts';

/** A service that leaves saves for at most ten seconds before it gives up its lock. */
const PATIENCE_MS = 20_000;
const LOOK_MS = 50;

/** The lock of this state folder, or null when another process serves it, or does not leave. */
export async function claimService(stateFolder: string, place: SocketPlace): Promise<FileLock | null> {
  const endMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const lock = takeLock(stateFolder);
    if (lock !== null) return lock;
    // Whoever holds it is starting, serving, or about to leave: only the one who serves can be reached.
    const socket = await connectLocally(place).catch(() => null);
    if (socket !== null) {
      socket.destroy();
      return null;
    }
    if (performance.now() > endMs) return null;
    await wait(LOOK_MS);
  }
}
