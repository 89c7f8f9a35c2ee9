/** The other side of the demonstration: `jstorrent seed` as a process of its own. */
import { spawn } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** How long the process may take to save and leave. */
const STOP_TIMEOUT_MS = 15_000;

/** A seeding process. */
export interface Seeder {
  /** It accepts connections there. */
  readonly port: number;
  /** Resolved when it is gone. */
  stop(): Promise<void>;
}

/** Seed `torrent`, whose data is in `folder`. Rejects with what the process says when it cannot. */
export async function startSeeder(torrent: string, folder: string): Promise<Seeder> {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, 'seed', torrent, '-d', folder, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const killWithUs = (): void => void child.kill('SIGTERM');
  process.once('exit', killWithUs);
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  const seeding = Promise.withResolvers<number>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = JSON.parse(line) as { readonly event: string; readonly port?: number };
    if (event.event === 'seeding') seeding.resolve(event.port ?? 0);
  });
  void gone.then(() => seeding.reject(new Error(`the seeding process ended: ${complaint.trim()}`)));
  return {
    port: await seeding.promise,
    stop: async () => {
      process.off('exit', killWithUs);
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await gone;
      clearTimeout(timer);
    },
  };
}
