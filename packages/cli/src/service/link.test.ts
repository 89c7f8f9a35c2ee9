/** A service that is older than this program, as it is found: it is told of, and can be ended. */
import { encodeFrame, FrameDecoder, PROTOCOL, CONTROL_LIMITS } from '@jstorrent/control';
import { socketPlace } from '@jstorrent/native-host/socket-place';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findService, useLink } from './link.ts';

const before = { ...process.env };
const OLD = PROTOCOL - 1;
let folder = '';
let server: Server;
let calls: string[] = [];

interface Call {
  readonly id: number;
  readonly call: string;
  readonly params?: { readonly protocol?: number };
}

/** What a service of an earlier protocol answers. */
function answer({ id, call, params }: Call): object {
  calls.push(call);
  if (call !== 'hello') return { id, result: {} };
  if (params?.protocol === OLD)
    return { id, result: { protocol: OLD, version: '0.0.1', platform: 'linux', instance: 'old' } };
  return { id, error: { code: 'VERSION_TOO_NEW', message: 'Update the helper.', data: { protocol: OLD } } };
}

beforeEach(async () => {
  calls = [];
  folder = mkdtempSync(join(tmpdir(), 'jstorrent-old-'));
  process.env['JSTORRENT_HOME'] = folder;
  process.env['XDG_RUNTIME_DIR'] = folder;
  const place = socketPlace(folder);
  if (place.folder !== null) mkdirSync(place.folder, { recursive: true, mode: 0o700 });
  server = createServer((socket) => {
    const decoder = new FrameDecoder(CONTROL_LIMITS.messageBytes);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      for (const frame of decoder.push(bytes))
        if (frame.ok) socket.write(encodeFrame(answer(frame.message as Call)));
    });
  });
  await new Promise<void>((resolve) => server.listen(place.path, resolve));
});
afterEach(() => {
  process.env = { ...before };
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

it('says of an older service how it ends', async () => {
  await expect(findService({ launch: false, timeoutMs: 0 })).rejects.toMatchObject({
    code: 'VERSION_TOO_NEW',
    message: expect.stringContaining('jstorrent service stop') as string,
  });
});

it('speaks to an older service as it speaks, to end it', async () => {
  const link = await findService({ launch: false, timeoutMs: 0, older: true });
  expect(link).not.toBeNull();
  if (link !== null) await useLink(link, () => link.call('service.stop', {}));
  expect(calls).toEqual(['hello', 'hello', 'service.stop']);
});
