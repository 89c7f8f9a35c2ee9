/** The benchmark's own peers as processes: started, told what to do, waited for. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Content } from './content.ts';
import type { PeerOptions } from './peer-options.ts';

/** A seeder or leecher with all data in its memory. */
export interface PeerProcess {
  readonly pid: number;
  /** Where a seeder listens, 0 for a leecher. */
  readonly port: number;
  readonly addresses: readonly string[];
  /** Rejected when it ends before `stop`. */
  readonly isLost: Promise<never>;
  /** Fetch everything from a client at this port of 127.0.0.1; resolves to seconds since the first unchoke. */
  fetchFrom(clientPort: number): Promise<number>;
  stop(): void;
}

/** Start one with `count` addresses of this machine, from 127.0.0.2 on. */
export async function startPeer(
  kind: 'seeder' | 'leecher',
  content: Content,
  count: number,
): Promise<PeerProcess> {
  const addresses = Array.from({ length: count }, (_, index) => `127.0.0.${2 + index}`);
  const { files, pieceLength, torrentFile } = content;
  const options: PeerOptions = { addresses, files, pieceLength, torrentFile };
  const entry = fileURLToPath(new URL(`./${kind}.ts`, import.meta.url));
  const child = fork(entry, { execArgv: [] });
  child.send(options);
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => {});
  child.once('exit', () => lost.reject(new Error(`the ${kind} of the benchmark ended`)));
  const nextMessage = async (): Promise<object> => {
    const [message] = (await Promise.race([once(child, 'message'), lost.promise])) as [object];
    return message;
  };
  const { ready } = (await nextMessage()) as { readonly ready: number };
  return {
    pid: child.pid ?? 0,
    port: ready,
    addresses,
    isLost: lost.promise,
    fetchFrom: async (clientPort) => {
      const done = nextMessage();
      child.send({ clientPort });
      return ((await done) as { readonly seconds: number }).seconds;
    },
    stop: () => child.disconnect(),
  };
}
