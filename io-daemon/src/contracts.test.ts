import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import type { PlaneCommand, PlaneEvent } from '@jstorrent/engine/ports';
import {
  diskContract,
  networkContract,
  planeContract,
  realRig,
  serveNodeSite,
  type NodeSite,
  type OutsideFiles,
} from '@jstorrent/testkit/contracts';
import { nodeDisk } from './disk/disk.ts';
import { nodeNetwork } from './net/network.ts';
import { createNodePlane } from './node-plane.ts';
import { SharedDaemon } from './shared-daemon.ts';

const KEYS = ['first', 'second'] as const;

/** The files below two folders of `base`, seen without the disk. */
function outside(base: string): OutsideFiles {
  const at = (root: string, path: string): string => join(base, root, path);
  return {
    roots: KEYS,
    pathOf: (root) => join(base, root),
    read: (root, path) => {
      try {
        return new Uint8Array(readFileSync(at(root, path)));
      } catch {
        return null;
      }
    },
    write: (root, path, bytes) => {
      mkdirSync(dirname(at(root, path)), { recursive: true });
      writeFileSync(at(root, path), bytes);
    },
    remove: (root, path) => rmSync(at(root, path), { recursive: true }),
    list: (root) =>
      readdirSync(join(base, root), { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => relative(join(base, root), join(entry.parentPath, entry.name)))
        .toSorted(),
  };
}

/** Empty folders for one test. */
function makeRoots(roots: Record<string, string>): { readonly base: string; readonly remove: () => void } {
  const base = mkdtempSync(join(tmpdir(), 'jst-contract-'));
  for (const key of KEYS) mkdirSync((roots[key] = join(base, key)));
  return { base, remove: () => rmSync(base, { recursive: true }) };
}

networkContract('the Node network', () => {
  const sites: NodeSite[] = [];
  const rig = realRig(async () => {
    await Promise.all(sites.map((site) => site.close()));
  });
  return Promise.resolve({
    ...rig,
    network: nodeNetwork(),
    serveSite: async (handler) => {
      const site = await serveNodeSite(handler);
      sites.push(site);
      return site.origin;
    },
  });
});

// One disk serves all tests, as one serves all torrents; each test has folders of its own.
const roots: Record<string, string> = {};
const disk = nodeDisk({ roots, arenaBytes: 1024 * 1024, workers: 2 });
afterAll(() => disk.close());

diskContract('the Node disk', () => {
  const { base, remove } = makeRoots(roots);
  const rig = realRig(() => Promise.resolve(remove()));
  return Promise.resolve({ ...rig, disk, files: outside(base) });
});

planeContract('the Node plane', () => {
  const own: Record<string, string> = {};
  const { base, remove } = makeRoots(own);
  const events: PlaneEvent[] = [];
  const plane = createNodePlane({
    roots: own,
    arenaBytes: 4 * 1024 * 1024,
    onEvents: (batch) => {
      plane.checkInvariants();
      events.push(...batch);
    },
  });
  const rig = realRig(async () => {
    await plane.close();
    remove();
  });
  return Promise.resolve({ ...rig, plane, events, files: outside(base), network: nodeNetwork() });
});

// One daemon serves all tests: its roots stay and are emptied.
describe('spawned', () => {
  const own: Record<string, string> = {};
  const { base, remove } = makeRoots(own);
  const daemon = new SharedDaemon(own);
  beforeAll(() => daemon.ready);
  afterAll(async () => {
    await daemon.stop();
    remove();
  });

  planeContract('the io-daemon', () => {
    const rig = realRig(async () => {
      await daemon.reset();
      for (const key of KEYS) {
        rmSync(join(base, key), { recursive: true });
        mkdirSync(join(base, key));
      }
    });
    const events = daemon.listen();
    const plane = { submit: (commands: readonly PlaneCommand[]) => daemon.submit(commands) };
    return Promise.resolve({ ...rig, plane, events, files: outside(base), network: nodeNetwork() });
  });
});
