/**
 * Both ends over a pipe in memory, with a plane that records: what arrives, when reading pauses, what ends the connection.
 */
import { Buffer } from 'node:buffer';
import process from 'node:process';
import type { Layout, PlaneCommand, PlaneEvent } from '@jstorrent/engine/ports';
import { beforeEach, describe, expect, it } from 'vitest';
import { connect, type FrameError, type PipeClient, type PipeServer, serve } from './index.ts';
import { FrameReader } from './frame-reader.ts';
import { FrameWriter } from './frame-writer.ts';
import { CHUNK_BYTES, CREDIT_HIGH_BYTES, CREDIT_STEP_BYTES, MAX_FRAME_BYTES } from './limits.ts';

/** Both ends and everything that came out of them; bytes wait in the pipe until they are pumped. */
interface World {
  readonly client: PipeClient;
  readonly server: PipeServer;
  /** Deliver events as the plane does. */
  readonly deliver: (events: readonly PlaneEvent[]) => void;
  readonly toServer: Uint8Array[];
  readonly toClient: Uint8Array[];
  /** Commands per submit. */
  readonly submits: (readonly PlaneCommand[])[];
  /** Events per turn. */
  readonly turns: (readonly PlaneEvent[])[];
  /** Everything else that was called, in order. */
  readonly calls: string[];
  readonly errors: FrameError[];
}

function createWorld(): World {
  const toServer: Uint8Array[] = [];
  const toClient: Uint8Array[] = [];
  const submits: (readonly PlaneCommand[])[] = [];
  const turns: (readonly PlaneEvent[])[] = [];
  const calls: string[] = [];
  const errors: FrameError[] = [];
  let deliver: World['deliver'] = () => {};
  const server = serve({
    createPlane: (onEvents) => {
      deliver = onEvents;
      return {
        submit: (commands) => void submits.push(commands),
        pauseReading: () => void calls.push('pause'),
        resumeReading: () => void calls.push('resume'),
      };
    },
    write: (bytes) => void toClient.push(bytes),
    onError: (error) => void errors.push(error),
  });
  const client = connect({
    write: (bytes) => void toServer.push(bytes),
    onReady: () => void calls.push('ready'),
    onEvents: (events) => void turns.push(events),
    onError: (error) => void errors.push(error),
  });
  return { client, server, deliver, toServer, toClient, submits, turns, calls, errors };
}

const resolve = (request: number): PlaneCommand => ({ type: 'resolve', request, host: 'tracker.example' });
const message = (link: number, length: number): PlaneEvent => ({
  type: 'message',
  link,
  bytes: new Uint8Array(length).fill(link),
});

let world: World;
beforeEach(() => {
  world = createWorld();
});

/** Bring the bytes that wait for the client there. */
function pumpToClient(): void {
  for (const bytes of world.toClient.splice(0)) world.client.receive(bytes);
}

function pumpToServer(): void {
  for (const bytes of world.toServer.splice(0)) world.server.receive(bytes);
}

/** A frame with a body in hex. */
function frame(op: number, hex: string): Uint8Array {
  const body = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  return Uint8Array.of(body.length + 1, 0, 0, 0, op, ...body);
}

describe('hello', () => {
  it('comes first from both ends and makes the client ready once', () => {
    pumpToClient();
    pumpToServer();
    pumpToClient();
    expect(world.calls).toEqual(['ready']);
    expect(world.errors).toEqual([]);
  });

  it('need not be awaited to submit commands', () => {
    world.client.submit([resolve(1)]);
    pumpToServer();
    expect(world.submits).toEqual([[resolve(1)]]);
  });

  it.each([
    ['BAD_MAGIC', '4b535450 0200'],
    ['BAD_VERSION', '4a535450 ffff'],
    ['TRAILING_BYTES', '4a535450 0300 00'],
    ['TRUNCATED', '4a535450 01'],
  ])('ends with %s when it does not match', (code, body) => {
    world.server.receive(frame(1, body));
    world.client.receive(frame(1, body));
    expect(world.errors.map((error) => error.code)).toEqual([code, code]);
    expect(world.calls).toEqual([]);
  });

  it('may neither be missing nor come twice', () => {
    world.server.receive(frame(43, '01000000'));
    pumpToClient();
    world.client.receive(frame(1, '4a535450 0200'));
    expect(world.errors.map((error) => error.code)).toEqual(['EXPECTED_HELLO', 'EXPECTED_HELLO']);
  });
});

describe('frames', () => {
  beforeEach(() => {
    pumpToClient();
    pumpToServer();
  });

  it('carry all commands of a turn in one write and one submit', () => {
    world.client.submit([resolve(1), resolve(2)]);
    expect(world.toServer).toHaveLength(1);
    pumpToServer();
    expect(world.submits).toEqual([[resolve(1), resolve(2)]]);
  });

  it('carry all events of a turn in one write and one call', () => {
    world.deliver([message(1, 3), message(2, 0)]);
    expect(world.toClient).toHaveLength(1);
    pumpToClient();
    expect(world.turns).toEqual([[message(1, 3), message(2, 0)]]);
  });

  it('are not written for a turn without commands or events', () => {
    world.client.submit([]);
    world.deliver([]);
    expect([...world.toServer, ...world.toClient]).toEqual([]);
  });

  it('stay as they were written while later turns are laid out', () => {
    for (let turn = 0; turn < 100; turn += 1) world.deliver([message(turn, 3000)]);
    pumpToClient();
    expect(world.turns.map(([event]) => event)).toEqual(
      Array.from({ length: 100 }, (_, turn) => message(turn, 3000)),
    );
  });

  it('bring a layout of 2^21 pieces across in small chunks', () => {
    const hashes = new Uint8Array(20 * 2 ** 21).fill(7);
    world.client.submit([openStore({ ...emptyLayout, hashes })]);
    expect(world.client.backlogged).toBe(true);
    const [bytes] = world.toServer.splice(0);
    for (let at = 0; at < bytes!.length; at += 1000) world.server.receive(bytes!.subarray(at, at + 1000));
    const [command] = world.submits[0]!;
    expect(command?.type === 'openStore' && command.layout.hashes.length).toBe(hashes.length);
    pumpToClient();
    expect(world.client.backlogged).toBe(false);
  });

  it('answer storeFailed for a layout above the frame limit, in order with its neighbours', () => {
    const hashes = new Uint8Array(MAX_FRAME_BYTES);
    world.client.submit([resolve(1), openStore({ ...emptyLayout, hashes }), resolve(2)]);
    pumpToServer();
    pumpToClient();
    expect(world.submits).toEqual([[resolve(1), resolve(2)]]);
    expect(world.turns).toMatchObject([[{ type: 'storeFailed', store: 9, request: 0, code: 'BAD_LAYOUT' }]]);
  });
});

describe('errors', () => {
  beforeEach(() => {
    pumpToClient();
    pumpToServer();
  });

  it.each<[string, number, Uint8Array]>([
    ['BAD_LENGTH', 0, Uint8Array.of(0, 0, 0, 0)],
    ['BAD_LENGTH', 0, Uint8Array.of(1, 0, 0, 4)],
    ['BAD_LENGTH', 0, Uint8Array.of(255, 255, 255, 255)],
    ['UNKNOWN_OP', 1, frame(0, '')],
    ['UNKNOWN_OP', 1, frame(128, '01000000')],
    ['TRUNCATED', 1, frame(27, '010000')],
    ['TRUNCATED', 9, frame(22, '01000000 ffffffff 01')],
    ['TRAILING_BYTES', 5, frame(27, '01000000 00')],
    ['BAD_STRING', 10, frame(65, '01000000 01000000 ff')],
    ['BAD_LIST', 13, frame(72, '01000000 00000000 ffffffff')],
    ['BAD_VALUE', 14, frame(20, '01000000 00000000 00000000 02')],
    ['BAD_CREDIT', 9, frame(2, '0100000000000000')],
  ])('%s at byte %i is told once and ends everything', (code, offset, bytes) => {
    world.client.submit([resolve(1)]);
    world.server.receive(bytes);
    world.server.receive(bytes);
    pumpToServer();
    world.deliver([message(1, 1)]);
    expect(world.errors).toMatchObject([{ code, offset }]);
    expect(world.submits).toEqual([]);
    expect(world.toClient).toEqual([]);
  });

  it('in one chunk with good frames drop them too, because the connection is over', () => {
    world.client.submit([resolve(1)]);
    const good = world.toServer.splice(0)[0]!;
    world.server.receive(Uint8Array.of(...good, 0, 0, 0, 0));
    expect(world.submits).toEqual([]);
    expect(world.errors).toMatchObject([{ code: 'BAD_LENGTH' }]);
  });

  it('do not come from half a frame: it is never delivered', () => {
    world.client.submit([resolve(1)]);
    const whole = world.toServer.splice(0)[0]!;
    for (let cut = 1; cut < whole.length; cut += 1) {
      const other = createWorld();
      other.server.receive(other.toServer.splice(0)[0]!);
      other.server.receive(whole.subarray(0, cut));
      expect([other.submits, other.errors]).toEqual([[], []]);
    }
  });

  it('leave a bug of the plane a bug: an event that does not fit a frame throws', () => {
    expect(() => world.deliver([message(1, MAX_FRAME_BYTES)])).toThrow('message does not fit a frame');
    expect(() =>
      world.client.submit([{ type: 'send', link: 1, bytes: new Uint8Array(MAX_FRAME_BYTES) }]),
    ).toThrow('send does not fit a frame');
  });
});

describe('credit', () => {
  beforeEach(() => {
    pumpToClient();
    pumpToServer();
    world.calls.length = 0;
  });

  it('pauses reading when the host is behind and resumes when it has caught up', () => {
    const events = Array.from({ length: 8 }, (_, index) => message(index, CREDIT_HIGH_BYTES / 8));
    for (const event of events.slice(0, 7)) world.deliver([event]);
    expect(world.calls).toEqual([]);
    world.deliver(events.slice(7));
    expect(world.calls).toEqual(['pause']);

    for (let turn = 0; turn < 7; turn += 1) {
      expect(world.calls).toEqual(['pause']);
      world.client.receive(world.toClient.shift()!);
      pumpToServer();
    }
    expect(world.calls).toEqual(['pause', 'resume']);
  });

  it('travels with the commands of the turn, and alone only when much is due', () => {
    world.deliver([message(1, 100)]);
    pumpToClient();
    expect(world.toServer).toEqual([]);
    world.client.submit([resolve(1)]);
    expect(world.toServer).toHaveLength(1);
    pumpToServer();
    world.deliver([message(1, CREDIT_STEP_BYTES)]);
    pumpToClient();
    expect(world.toServer).toHaveLength(1);
    pumpToServer();
    expect(world.errors).toEqual([]);
  });

  it('never runs dry, however long small turns go on without commands', () => {
    for (let turn = 0; turn < 20_000; turn += 1) {
      world.deliver([message(1, 1000)]);
      pumpToClient();
      pumpToServer();
    }
    expect(world.calls).toEqual([]);
    expect(world.turns).toHaveLength(20_000);
  });

  it('tells the host when the daemon is behind with commands', () => {
    const send: PlaneCommand = { type: 'send', link: 1, bytes: new Uint8Array(CREDIT_HIGH_BYTES) };
    world.client.submit([send]);
    expect(world.client.backlogged).toBe(true);
    pumpToServer();
    pumpToClient();
    expect(world.client.backlogged).toBe(false);
  });
});

describe('memory', () => {
  it('of a chunk is not kept: pipes read into the same Buffer again', () => {
    const world = createWorld();
    const bytes = Uint8Array.from({ length: 500 }, (_, index) => index & 0xff);
    world.client.submit([{ type: 'send', link: 1, bytes }]);
    const pipe = Buffer.concat(world.toServer);
    world.server.receive(pipe);
    pipe.fill(0xee);
    expect(world.submits.flat()).toEqual([{ type: 'send', link: 1, bytes }]);
  });

  it('is spent on bytes that came, not on a length that was announced', () => {
    const before = process.memoryUsage().arrayBuffers;
    const readers = Array.from({ length: 50 }, () => new FrameReader(() => {}));
    for (const reader of readers) {
      reader.push(Uint8Array.of(0, 0, 0, 4));
      reader.push(new Uint8Array(CHUNK_BYTES + 1));
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(MAX_FRAME_BYTES);
  });

  it('for a large frame in parts is let go with the frame', () => {
    const buffers: number[] = [];
    const reader = new FrameReader((bytes) => void buffers.push(bytes.buffer.byteLength));
    reader.push(Uint8Array.of(0, 0, 2, 0));
    reader.push(new Uint8Array(0x2_0000));
    reader.push(Uint8Array.of(1, 0, 0, 0));
    reader.push(Uint8Array.of(7));
    expect(buffers).toEqual([0x2_0004, CHUNK_BYTES]);
  });

  it('for a large turn is let go with the turn', () => {
    const writer = new FrameWriter();
    const sizes = [3 * CHUNK_BYTES, 1].map((length) => {
      writer.begin(132);
      writer.bytes(new Uint8Array(length));
      writer.finish();
      return writer.take().buffer.byteLength;
    });
    expect(sizes[0]).toBeGreaterThan(3 * CHUNK_BYTES);
    expect(sizes[1]).toBe(CHUNK_BYTES);
  });
});

const emptyLayout: Layout = { pieceLength: 16_384, files: [], hashes: new Uint8Array(0), algorithm: 'sha1' };

function openStore(layout: Layout): PlaneCommand {
  return {
    type: 'openStore',
    store: 9,
    root: 'downloads',
    folder: [],
    isSaved: true,
    layout,
    wanted: Uint8Array.of(),
    preallocate: 'sparse',
    partials: [],
  };
}
