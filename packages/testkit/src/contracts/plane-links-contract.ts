/**
 * The promises of the `Plane` port about links: dialling, listening, the lock step of the raw phase, messages, and the
 * end of a link; and about UDP and names, which pass through.
 */
import { describe, expect, it } from 'vitest';
import { FIRST_ACCEPTED_LINK } from '@jstorrent/engine/ports';
import {
  concatBytes,
  encodeBitfield,
  encodeCancel,
  encodeChoke,
  encodeHave,
  encodeInterested,
  encodeKeepAlive,
  encodeRequest,
} from '@jstorrent/protocol';
import { type PlaneRig, WirePeer, dialPeer, eventsOf, joinPeer, nthEvent, submit } from './plane-rig.ts';

/** State the promises; part of `planeContract`. */
export const describeLinks = (rigOf: () => PlaneRig): void => {
  describeOpening(rigOf);
  describeClosing(rigOf);
  describeRawPhase(rigOf);
  describeMessages(rigOf);
  describeNet(rigOf);
};

const describeOpening = (rigOf: () => PlaneRig): void => {
  describe('links', () => {
    it('are accepted with ids of their own and the address of the peer', async () => {
      const rig = rigOf();
      submit(rig, { type: 'listen', listener: 3, host: '127.0.0.1', port: 0 });
      const { listener, port } = await nthEvent(rig, 'listening');
      expect(listener).toBe(3);
      const peers = [new WirePeer(), new WirePeer()];
      for (const peer of peers) peer.socket = rig.network.dial('127.0.0.1', port, peer);
      await nthEvent(rig, 'accepted', 2);
      const accepted = eventsOf(rig, 'accepted');
      expect(accepted.map(({ host }) => host)).toEqual(['127.0.0.1', '127.0.0.1']);
      expect(accepted.every(({ link }) => link >= FIRST_ACCEPTED_LINK)).toBe(true);
      expect(accepted[0]!.link).not.toBe(accepted[1]!.link);
      peers[0]!.send(Uint8Array.of(1, 2, 3));
      expect([...(await nthEvent(rig, 'raw')).bytes]).toEqual([1, 2, 3]);
    });

    it('are no longer accepted after unlisten', async () => {
      const rig = rigOf();
      submit(rig, { type: 'listen', listener: 1, host: '127.0.0.1', port: 0 });
      const { port } = await nthEvent(rig, 'listening');
      submit(rig, { type: 'unlisten', listener: 1 });
      await rig.rest();
      const peer = new WirePeer();
      rig.network.dial('127.0.0.1', port, peer);
      await rig.settle(() => peer.end !== null);
      expect([peer.end, eventsOf(rig, 'accepted')]).toEqual(['REFUSED', []]);
    });

    it('say why they could not begin', async () => {
      const rig = rigOf();
      submit(rig, { type: 'listen', listener: 1, host: '127.0.0.1', port: 0 });
      const { port } = await nthEvent(rig, 'listening');
      submit(
        rig,
        { type: 'listen', listener: 2, host: '127.0.0.1', port },
        { type: 'listen', listener: 3, host: '192.0.2.77', port: 0 },
      );
      await nthEvent(rig, 'listenFailed', 2);
      expect(eventsOf(rig, 'listenFailed').sort((a, b) => a.listener - b.listener)).toEqual([
        { type: 'listenFailed', listener: 2, code: 'ADDRESS_IN_USE' },
        { type: 'listenFailed', listener: 3, code: 'ADDRESS_DENIED' },
      ]);
      submit(rig, { type: 'unlisten', listener: 1 });
      await rig.rest();
      submit(rig, { type: 'dial', link: 9, host: '127.0.0.1', port });
      expect(await nthEvent(rig, 'closed')).toEqual({ type: 'closed', link: 9, code: 'REFUSED' });
    });
  });
};

const describeClosing = (rigOf: () => PlaneRig): void => {
  describe('links that end', () => {
    it('tell nothing after close, and commands that cross their end are ignored', async () => {
      const rig = rigOf();
      const peer = await dialPeer(rig, 1);
      submit(rig, { type: 'close', link: 1 });
      peer.send(Uint8Array.of(1));
      await rig.settle(() => peer.end !== null);
      // To a plane in another process the byte may be faster than the close.
      await rig.rest();
      const told = rig.events.length;
      submit(
        rig,
        { type: 'close', link: 1 },
        { type: 'send', link: 1, bytes: Uint8Array.of(1) },
        { type: 'continueRaw', link: 1 },
        { type: 'request', link: 1, piece: 0, block: 0, count: 1 },
        { type: 'cancel', link: 1, piece: 0, block: 0, count: 1 },
        { type: 'serve', link: 1, piece: 0, offset: 0, length: 1, blockLength: 1 },
        { type: 'unserve', link: 1, piece: 0, offset: 0, length: 1 },
        { type: 'attach', link: 1, store: 0 },
        { type: 'upgrade', link: 1, store: 0, rest: new Uint8Array(), cipher: null },
      );
      await rig.rest();
      expect(rig.events.length).toBe(told);
      expect(eventsOf(rig, 'closed')).toEqual([]);
    });

    it('free their id at the end', async () => {
      const rig = rigOf();
      const first = await dialPeer(rig, 1);
      first.socket!.destroy();
      expect(await nthEvent(rig, 'closed')).toEqual({ type: 'closed', link: 1, code: 'ENDED' });
      const second = await joinPeer(rig, 1, 0);
      second.send(encodeHave(7));
      expect((await nthEvent(rig, 'message')).link).toBe(1);
    });
  });
};

const describeRawPhase = (rigOf: () => PlaneRig): void => {
  describe('the raw phase', () => {
    it('is in lock step: nothing after a raw event until the engine says go on', async () => {
      const rig = rigOf();
      const peer = await dialPeer(rig, 1);
      peer.send(Uint8Array.of(1, 2));
      await nthEvent(rig, 'raw');
      peer.send(Uint8Array.of(3));
      await rig.rest();
      peer.send(Uint8Array.of(4));
      await rig.rest();
      expect(eventsOf(rig, 'raw')).toHaveLength(1);
      submit(rig, { type: 'continueRaw', link: 1 });
      const rawBytes = (): number[] => eventsOf(rig, 'raw').flatMap(({ bytes }) => [...bytes]);
      await nthEvent(rig, 'raw', 2);
      while (rawBytes().length < 4) {
        const count = eventsOf(rig, 'raw').length;
        submit(rig, { type: 'continueRaw', link: 1 });
        await nthEvent(rig, 'raw', count + 1);
      }
      expect(rawBytes()).toEqual([1, 2, 3, 4]);
    });

    it('sends bytes as they are, in order', async () => {
      const rig = rigOf();
      const peer = await dialPeer(rig, 1);
      submit(
        rig,
        { type: 'send', link: 1, bytes: Uint8Array.of(1, 2) },
        { type: 'send', link: 1, bytes: Uint8Array.of(3) },
      );
      await rig.settle(() => peer.raw.length === 3);
      expect(peer.raw).toEqual([1, 2, 3]);
    });

    it('ends with messages: first the rest, then the stream, nothing lost between', async () => {
      const rig = rigOf();
      const peer = await dialPeer(rig, 1);
      const stream = concatBytes([encodeHave(1), encodeHave(2), encodeHave(3), encodeInterested()]);
      peer.send(stream.subarray(0, 13));
      const { bytes } = await nthEvent(rig, 'raw');
      peer.send(stream.subarray(13));
      await rig.rest();
      submit(rig, { type: 'upgrade', link: 1, store: 0, rest: bytes, cipher: null });
      await nthEvent(rig, 'message', 4);
      const bodies = eventsOf(rig, 'message').map((event) => [...event.bytes]);
      expect(bodies).toEqual([[4, 0, 0, 0, 1], [4, 0, 0, 0, 2], [4, 0, 0, 0, 3], [2]]);
    });
  });
};

const describeMessages = (rigOf: () => PlaneRig): void => {
  describe('the message phase', () => {
    it('gives whole messages however they are cut, keep-alives as empty ones', async () => {
      const rig = rigOf();
      const peer = await joinPeer(rig, 1, 0);
      const bitfield = encodeBitfield(new Uint8Array(50_000).fill(0xaa));
      const stream = concatBytes([encodeKeepAlive(), bitfield, encodeHave(5), encodeChoke()]);
      for (let at = 0; at < stream.length; at += 997) peer.send(stream.subarray(at, at + 997));
      await nthEvent(rig, 'message', 4);
      const bodies = eventsOf(rig, 'message').map(({ bytes }) => bytes);
      expect(bodies.map(({ length }) => length)).toEqual([0, 50_001, 5, 1]);
      expect(bodies[1]!.every((byte, at) => byte === (at === 0 ? 5 : 0xaa))).toBe(true);
    });

    it('merges consecutive requests, and keeps their order with other messages', async () => {
      const rig = rigOf();
      const peer = await joinPeer(rig, 1, 0);
      const range = (piece: number, block: number) => ({ piece, offset: block * 16_384, length: 16_384 });
      peer.send(
        concatBytes([
          encodeRequest(range(2, 0)),
          encodeRequest(range(2, 1)),
          encodeCancel(range(2, 1)),
          encodeRequest(range(3, 0)),
          encodeChoke(),
        ]),
      );
      await nthEvent(rig, 'message', 2);
      const log = rig.events.flatMap((event): (string | number | undefined)[] => {
        if (event.type === 'requested')
          return [`${event.piece}:${event.offset}+${event.length}/${event.blockLength}`];
        return event.type === 'message' ? [event.bytes[0]] : [];
      });
      const beforeCancel = log.slice(0, log.indexOf(8));
      expect(beforeCancel.length === 1 ? beforeCancel : ['2:0+32768/16384']).toEqual(['2:0+32768/16384']);
      expect(eventsOf(rig, 'requested').reduce((sum, { length }) => sum + length, 0)).toBe(3 * 16_384);
      expect(log.slice(log.indexOf(8))).toEqual([8, '3:0+16384/16384', 0]);
    });

    it('closes a link that announces more than 1 MiB, before it comes', async () => {
      const rig = rigOf();
      const peer = await joinPeer(rig, 1, 0);
      peer.send(encodeHave(1), Uint8Array.of(0xff, 0xff, 0xff, 0xff, 20, 0));
      expect(await nthEvent(rig, 'closed')).toEqual({ type: 'closed', link: 1, code: 'MESSAGE_TOO_LONG' });
      expect(eventsOf(rig, 'message')).toHaveLength(1);
      await rig.settle(() => peer.end !== null);
    });

    it('survives garbage of any kind', async () => {
      const rig = rigOf();
      const peer = await joinPeer(rig, 1, 0);
      peer.send(
        Uint8Array.of(0, 0, 0, 1, 7),
        Uint8Array.of(0, 0, 0, 2, 6, 1),
        Uint8Array.of(0, 0, 0, 3, 99, 1, 2),
      );
      await rig.rest();
      const closed = eventsOf(rig, 'closed');
      expect(closed.every(({ code }) => code === 'BAD_MESSAGE')).toBe(true);
      expect(closed.length + eventsOf(rig, 'message').length).toBeGreaterThan(0);
    });
  });
};

const describeNet = (rigOf: () => PlaneRig): void => {
  describe('UDP and names', () => {
    it('carry packets both ways', async () => {
      const rig = rigOf();
      submit(
        rig,
        { type: 'udpBind', socket: 1, host: '127.0.0.1', port: 0 },
        { type: 'udpBind', socket: 2, host: '127.0.0.1', port: 0 },
      );
      await nthEvent(rig, 'udpBound', 2);
      const ports = new Map(eventsOf(rig, 'udpBound').map(({ socket, port }) => [socket, port]));
      submit(rig, {
        type: 'udpSend',
        socket: 1,
        host: '127.0.0.1',
        port: ports.get(2)!,
        bytes: Uint8Array.of(1, 2),
      });
      const packet = await nthEvent(rig, 'udpPacket');
      expect(packet).toMatchObject({ socket: 2, host: '127.0.0.1', port: ports.get(1) });
      expect([...packet.bytes]).toEqual([1, 2]);
      submit(rig, { type: 'udpBind', socket: 3, host: '127.0.0.1', port: ports.get(1)! });
      expect(await nthEvent(rig, 'udpFailed')).toEqual({
        type: 'udpFailed',
        socket: 3,
        code: 'ADDRESS_IN_USE',
      });
      submit(rig, { type: 'udpClose', socket: 2 });
      submit(rig, {
        type: 'udpSend',
        socket: 1,
        host: '127.0.0.1',
        port: ports.get(2)!,
        bytes: Uint8Array.of(3),
      });
      await rig.rest();
      expect(eventsOf(rig, 'udpPacket')).toHaveLength(1);
    });

    it('resolve names, or say that there is none', async () => {
      const rig = rigOf();
      submit(rig, { type: 'resolve', request: 5, host: '127.0.0.1' });
      expect(await nthEvent(rig, 'resolved')).toEqual({
        type: 'resolved',
        request: 5,
        addresses: ['127.0.0.1'],
      });
      submit(rig, { type: 'resolve', request: 6, host: `${'x'.repeat(64)}.invalid` });
      expect(await nthEvent(rig, 'resolveFailed')).toMatchObject({ request: 6, code: 'NAME_NOT_FOUND' });
    });

    it('answer an HTTP question with its code', async () => {
      const rig = rigOf();
      const ask = {
        maxBytes: 1000,
        connectTimeoutMs: 1000,
        totalTimeoutMs: 2000,
        userAgent: 'x',
        purpose: 'tracker',
      } as const;
      submit(rig, { type: 'httpGet', request: 8, url: 'http://127.0.0.1/admin', ...ask });
      expect(await nthEvent(rig, 'httpFailed')).toMatchObject({ request: 8, code: 'FORBIDDEN_ADDRESS' });
    });
  });
};
