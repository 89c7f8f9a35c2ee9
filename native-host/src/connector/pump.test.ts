import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer, connect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { FrameDecoder, type Frame } from '@jstorrent/control';
import { pump, type PumpEnd } from './pump.ts';
import { frameOf, WholeFrames } from './whole-frames.ts';

/** A service that can be killed and started again, and a browser's two pipes around a pump. */
class Scene {
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  readonly heard: Frame[] = [];
  readonly shown: unknown[] = [];
  readonly end: Promise<PumpEnd>;
  readonly #path = join(mkdtempSync(join(tmpdir(), 'jstorrent-pump-')), 's');
  #server: Server | null = null;
  #socket: Socket | null = null;
  #connected = Promise.withResolvers<void>();
  #seeks = Promise.withResolvers<boolean>();

  constructor() {
    const shown = new FrameDecoder(2 ** 21);
    this.output.on('data', (chunk: Uint8Array) => {
      for (const frame of shown.push(chunk)) this.shown.push(frame.ok ? frame.message : frame.code);
    });
    this.end = pump({ input: this.input, output: this.output, reach: () => this.#reach() });
  }

  async serve(): Promise<void> {
    const decoder = new FrameDecoder(2 ** 20);
    this.#server = createServer((socket) => {
      this.#socket = socket;
      socket.on('error', () => {});
      socket.on('data', (chunk) => this.heard.push(...decoder.push(chunk)));
      this.#connected.resolve();
    });
    this.#server.listen(this.#path);
    await once(this.#server, 'listening');
    this.#seeks.resolve(true);
    await this.#connected.promise;
  }

  say(bytes: Uint8Array): void {
    this.#socket!.write(bytes);
  }

  die(): void {
    this.#connected = Promise.withResolvers();
    this.#seeks = Promise.withResolvers();
    this.#server!.close();
    this.#socket!.destroy();
  }

  giveUp(): void {
    this.#seeks.resolve(false);
  }

  async #reach(): Promise<Socket | null> {
    if (!(await this.#seeks.promise)) return null;
    const socket = connect(this.#path);
    await once(socket, 'connect');
    return socket;
  }
}

function newScene(): Scene {
  const scene = new Scene();
  onTestFinished(() => {
    scene.input.end();
    scene.die();
  });
  return scene;
}

const messages = (frames: readonly Frame[]): unknown[] =>
  frames.map((frame) => (frame.ok ? frame.message : frame.code));

test('frames arrive whole on both sides, however the bytes are cut', async () => {
  const scene = newScene();
  const sent = [{ id: 1, call: 'hello' }, { id: 2, text: 'ü\u{1F600}' }, {}];
  const bytes = Buffer.concat(sent.map(frameOf));
  const serving = scene.serve();
  for (const byte of bytes) scene.input.write(Uint8Array.of(byte));
  await serving;
  await expect.poll(() => messages(scene.heard)).toEqual(sent);
  for (const byte of bytes) scene.say(Uint8Array.of(byte));
  await expect.poll(() => scene.shown).toEqual(sent);
});

test('a browser that leaves in the middle of a frame ends the connector, and the service hears no half frame', async () => {
  const scene = newScene();
  await scene.serve();
  scene.input.write(Buffer.concat([frameOf({ id: 1 }), frameOf({ id: 2 }).subarray(0, 6)]));
  scene.input.end();
  expect(await scene.end).toBe('browserGone');
  await expect.poll(() => messages(scene.heard)).toEqual([{ id: 1 }]);
});

test('a service that dies is looked for again, the browser is told, and torn frames are dropped', async () => {
  const scene = newScene();
  await scene.serve();
  scene.say(
    Buffer.concat([frameOf({ id: 1, result: {} }), frameOf({ id: 2, result: 'torn' }).subarray(0, 9)]),
  );
  await expect.poll(() => scene.shown).toEqual([{ id: 1, result: {} }]);
  const torn = frameOf({ id: 3, call: 'torn' });
  scene.input.write(torn.subarray(0, 7));
  scene.die();
  await expect.poll(() => scene.shown.at(-1)).toEqual({ event: 'service', state: 'reconnecting' });
  scene.input.write(torn.subarray(7));
  const lost = frameOf({ id: 4, call: 'lost' });
  scene.input.write(lost.subarray(0, 5));
  await scene.serve();
  await expect.poll(() => scene.shown.at(-1)).toEqual({ event: 'service', state: 'ready' });
  scene.input.write(lost.subarray(5));
  scene.input.write(frameOf({ id: 6, call: 'hello' }));
  await expect.poll(() => messages(scene.heard)).toContainEqual({ id: 6, call: 'hello' });
  expect(messages(scene.heard)).toEqual([{ id: 6, call: 'hello' }]);
  scene.say(frameOf({ id: 6, result: {} }));
  await expect.poll(() => scene.shown.at(-1)).toEqual({ id: 6, result: {} });
});

test('a service that is not found again ends the connector', async () => {
  const scene = newScene();
  await scene.serve();
  scene.die();
  scene.giveUp();
  expect(await scene.end).toBe('serviceGone');
});

test('a service that sends more than a browser takes is given up', async () => {
  const scene = newScene();
  await scene.serve();
  const header = new Uint8Array(4);
  new DataView(header.buffer).setUint32(0, 1_048_577, true);
  scene.say(header);
  await expect.poll(() => scene.shown).toContainEqual({ event: 'service', state: 'reconnecting' });
});

test('a browser that does not read stops the service from being read', async () => {
  const input = new PassThrough();
  const output = new PassThrough({ highWaterMark: 16 });
  const path = join(mkdtempSync(join(tmpdir(), 'jstorrent-pump-')), 's');
  const connected = Promise.withResolvers<Socket>();
  const server = createServer((socket) => connected.resolve(socket));
  server.listen(path);
  await once(server, 'listening');
  const end = pump({ input, output, reach: () => Promise.resolve(connect(path)) });
  const service = await connected.promise;
  const frame = frameOf('x'.repeat(64 * 1024));
  let written = 0;
  while (service.write(frame) || written < 4) written += 1;
  // What the system and the streams hold is bounded; then nothing more is taken.
  await expect.poll(() => service.writableLength).toBeGreaterThan(0);
  expect(output.readableLength).toBeLessThan(2 * 1024 * 1024);
  let read = 0;
  output.on('data', (chunk: Uint8Array) => {
    read += chunk.length;
  });
  await expect.poll(() => read).toBe((written + 1) * frame.length);
  input.end();
  expect(await end).toBe('browserGone');
  server.close();
});

test('whole frames come out in order, for every way of cutting', () => {
  const frames = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 });
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (bodies, cuts) => {
      const all = Buffer.concat(
        bodies.map((body) => {
          const frame = Buffer.alloc(4 + body.length);
          frame.writeUInt32LE(body.length);
          frame.set(body, 4);
          return frame;
        }),
      );
      const tail = Uint8Array.of(9, 0, 0, 0, 1);
      const stream = Buffer.concat([all, tail]);
      const whole = new WholeFrames(1000);
      const out: Uint8Array[] = [];
      for (let at = 0, turn = 0; at < stream.length; turn += 1) {
        const next = Math.min(stream.length, at + cuts[turn % cuts.length]!);
        out.push(...whole.push(stream.subarray(at, next)));
        at = next;
      }
      expect(Buffer.concat(out).equals(all)).toBe(true);
    }),
  );
});
