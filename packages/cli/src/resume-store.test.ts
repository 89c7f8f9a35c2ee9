import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResumeData } from '@jstorrent/engine';
import { encodeBencode, fromHex, parseMetainfo, toHex } from '@jstorrent/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ResumeStore, wrapInfo } from './resume-store.ts';
import { nodeDigests } from '@jstorrent/native-host/digests';

const ID = 'ab'.repeat(20);
const DATA: ResumeData = {
  infoHash: fromHex(ID)!,
  pieces: Uint8Array.of(0b1010_0000),
  partials: [{ piece: 1, blocks: Uint8Array.of(0x80) }],
  files: [{ size: 100, mtimeMs: 5 }],
  clean: true,
  downloaded: 7,
  uploaded: 8,
  activeMs: 9,
  seededMs: 10,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jstorrent-state-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(downloads: string): { readonly store: ResumeStore; readonly failures: unknown[] } {
  const failures: unknown[] = [];
  return { store: new ResumeStore(folder, downloads, (error) => failures.push(error)), failures };
}

test('progress is kept by torrent and folder, the newest wins, and only the user can read it', async () => {
  const { store } = open('/downloads');
  for (const downloaded of [1, 2, 3]) store.save(ID, { ...DATA, downloaded });
  await store.flush();
  expect(open('/downloads').store.load(ID)).toEqual({ ...DATA, downloaded: 3 });
  expect(open('/elsewhere').store.load(ID)).toBeNull();
  expect(open('/downloads').store.load('cd'.repeat(20))).toBeNull();
  const names = readdirSync(join(folder, 'resume'));
  expect(names).toEqual([expect.stringMatching(/^(ab){20}-[0-9a-f]{16}\.resume$/)]);
  if (process.platform !== 'win32') expect(statSync(join(folder, 'resume', names[0]!)).mode & 0o077).toBe(0);
});

test('a damaged file counts as none, wherever the damage is', async () => {
  const { store } = open('/downloads');
  store.save(ID, DATA);
  await store.flush();
  const path = join(folder, 'resume', readdirSync(join(folder, 'resume'))[0]!);
  const whole = readFileSync(path);
  for (let at = 0; at < whole.length; at += 1) {
    const damaged = Uint8Array.from(whole);
    damaged[at]! ^= 1;
    writeFileSync(path, damaged);
    expect(store.load(ID)).toBeNull();
    writeFileSync(path, whole.subarray(0, at));
    expect(store.load(ID)).toBeNull();
  }
});

test('metadata is kept to the byte, whatever its order and spelling', async () => {
  // Keys out of order: encoding this anew would change the info-hash.
  const pieces = encodeBencode(new Uint8Array(20));
  const head = new TextEncoder().encode('d4:name1:x6:lengthi5e12:piece lengthi16384e6:pieces');
  const info = Uint8Array.of(...head, ...pieces, 0x65);
  const id = toHex(nodeDigests.sha1(info));
  const { store } = open('/downloads');
  store.saveMetainfo(id, info);
  await store.flush();
  const kept = store.loadMetainfo(id)!;
  expect(parseMetainfo(kept, nodeDigests).info.raw).toEqual(info);
  expect(kept).toEqual(wrapInfo(info));
  expect(store.loadMetainfo(ID)).toBeNull();
});

test('a state folder that takes no writes is told once and ends nothing', async () => {
  writeFileSync(join(folder, 'resume'), 'a file in the way');
  const { store, failures } = open('/downloads');
  store.save(ID, DATA);
  store.save('cd'.repeat(20), DATA);
  await store.flush();
  expect(failures).toHaveLength(1);
  expect(store.load(ID)).toBeNull();
});
