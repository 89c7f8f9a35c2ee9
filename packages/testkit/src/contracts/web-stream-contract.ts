/** The promises of the `Network` port for streams to web servers, without TLS, which is Node's own affair. */
import { expect, it } from 'vitest';
import type { Socket, WebTarget } from '@jstorrent/data-plane';
import type { NetworkRig } from './network-contract.ts';

/** More than the buffers of any system hold. */
const PLENTY = 32 * 1024 * 1024;

/** A stream that remembers what happened to it. */
const openOn = ({ network }: NetworkRig, port: number, change: Partial<WebTarget> = {}) => {
  const state = { opened: [] as boolean[], bytes: 0, codes: [] as string[] };
  const target = { host: '127.0.0.1', port, isSecure: false, mayBeLocal: true, ...change };
  const stream = network.openWeb(target, {
    onOpen: (isPublic) => state.opened.push(isPublic),
    onData: (bytes) => (state.bytes += bytes.length),
    onClose: (code) => state.codes.push(code),
  });
  return { state, stream };
};

/** A listener whose connections are taken at once, and count what they are told. */
const serverOn = async (rig: NetworkRig) => {
  const server = { port: 0, heard: 0, sockets: [] as Socket[] };
  rig.network.listen('127.0.0.1', 0, {
    onListening: (port) => (server.port = port),
    onFailed: () => {},
    onAccept: (accepted) =>
      server.sockets.push(
        accepted.take({
          onOpen: () => {},
          onData: (bytes) => (server.heard += bytes.length),
          onDrain: () => {},
          onClose: () => {},
        }),
      ),
  });
  await rig.settle(() => server.port > 0);
  return server;
};

/** State them. */
export const describeWebStreams = (rig: () => NetworkRig): void => {
  it('opens streams to web servers, which carry bytes both ways and tell their end', async () => {
    const server = await serverOn(rig());
    const { state, stream } = openOn(rig(), server.port);
    expect(state.opened).toEqual([]);
    await rig().settle(() => state.opened.length > 0);
    expect(state.opened).toEqual([false]);
    stream.write(new Uint8Array(1000));
    await rig().settle(() => server.heard === 1000);
    stream.pause();
    server.sockets[0]!.write(new Uint8Array(PLENTY));
    await rig().settle(() => server.sockets[0]!.queuedBytes > 0);
    expect(state.bytes).toBeLessThan(200_000);
    stream.resume();
    await rig().settle(() => state.bytes === PLENTY);
    server.sockets[0]!.destroy();
    await rig().settle(() => state.codes.length > 0);
    expect(state.codes).toEqual(['CUT_OFF']);
  });

  it('opens no stream where nobody listens, nor to addresses that may not be reached', async () => {
    const server = await serverOn(rig());
    const closed = openOn(rig(), 1);
    const forbidden = openOn(rig(), server.port, { mayBeLocal: false });
    const never = openOn(rig(), server.port, { host: '169.254.169.254' });
    await rig().settle(() => [closed, forbidden, never].every(({ state }) => state.codes.length > 0));
    expect(closed.state.codes).toEqual(['CONNECT_FAILED']);
    expect([forbidden.state.codes, never.state.codes]).toEqual([
      ['FORBIDDEN_ADDRESS'],
      ['FORBIDDEN_ADDRESS'],
    ]);
    expect(server.sockets).toEqual([]);
  });

  it('tells nothing of a stream that was let go', async () => {
    const server = await serverOn(rig());
    const { state, stream } = openOn(rig(), server.port);
    stream.destroy();
    const other = openOn(rig(), server.port);
    await rig().settle(() => other.state.opened.length > 0);
    expect(state).toEqual({ opened: [], bytes: 0, codes: [] });
  });
};
