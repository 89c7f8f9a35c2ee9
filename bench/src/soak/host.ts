/**
 * The host of a soak: an engine over a real daemon, told by its parent what to do and asked now and then how much memory
 * it holds. Started by `fork` with `--expose-gc`; messages both ways are those below.
 */
import process from 'node:process';
import type { AddSource, EngineEvent } from '@jstorrent/engine';
import { runEngine } from '../engine.ts';

/** What the parent may say. The first word is `begin`, with the folder that everything is below. */
export type HostOrder =
  | { readonly op: 'begin'; readonly dir: string }
  | { readonly op: 'add'; readonly source: AddSource }
  | {
      readonly op: 'meet';
      readonly id: string;
      readonly peers: readonly { readonly host: string; readonly port: number }[];
    }
  | { readonly op: 'stop' | 'start' | 'recheck' | 'remove'; readonly id: string }
  | { readonly op: 'sample' };

/** What the host says. */
export type HostReport =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'state'; readonly id: string; readonly state: string }
  | { readonly type: 'removed'; readonly id: string }
  | {
      readonly type: 'sample';
      /** Bytes of live objects after a collection, and of memory outside of the heap that they hold. */
      readonly heap: number;
      readonly external: number;
      readonly peers: number;
      readonly addresses: number;
      readonly daemonPid: number;
    };

const say = (report: HostReport): void => {
  process.send?.(report);
};

const onEvent = (event: EngineEvent): void => {
  if (event.type === 'listening') say({ type: 'listening', port: event.port });
  else if (event.type === 'removed') say({ type: 'removed', id: event.torrent });
  else if (event.type === 'stateChanged') say({ type: 'state', id: event.torrent, state: event.state.kind });
};

function sample(): void {
  globalThis.gc?.();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  const views = engine.ids.map((id) => engine.view(id));
  say({
    type: 'sample',
    heap: heapUsed,
    external: external + arrayBuffers,
    peers: views.reduce((sum, { peers }) => sum + peers, 0),
    addresses: views.reduce((sum, { knownAddresses }) => sum + knownAddresses, 0),
    daemonPid: daemon.pid ?? 0,
  });
}

function obey(order: HostOrder): void {
  switch (order.op) {
    case 'begin':
      return;
    case 'add':
      engine.add(order.source, { root: 'base' });
      return;
    case 'meet':
      engine.addPeers(order.id, order.peers);
      return;
    case 'remove':
      engine.remove(order.id, true);
      return;
    case 'sample':
      sample();
      return;
    default:
      engine[order.op](order.id);
  }
}

const { promise: begun, resolve: begin } = Promise.withResolvers<string>();
process.once('message', (order: HostOrder) => {
  if (order.op === 'begin') begin(order.dir);
});
const { engine, daemon } = runEngine(await begun, 0, onEvent);
process.on('message', obey);
process.once('disconnect', () => process.exit(0));
