/**
 * UDP over node:dgram. Decides what becomes of packets that cannot be sent (dropped, as the network would).
 */
import { createSocket, type Socket as DgramSocket } from 'node:dgram';
import { isIP, isIPv6 } from 'node:net';
import type { UdpEvents } from '@jstorrent/data-plane';
import type { LinkCode } from '@jstorrent/engine/ports';
import { plainBytes } from './body.ts';
import { linkCode } from './codes.ts';
import { UDP_QUEUE_BYTES_MAX } from './limits.ts';

/** A bound UDP socket; packets for a host of the other address family are dropped. */
export interface UdpSocket {
  /** Send `bytes` to an IP literal; the socket owns them from now on. Failures are silent. */
  send(host: string, port: number, bytes: Uint8Array): void;
  /** Idempotent; no event follows. */
  close(): void;
}

/** Bind at an IP literal; port 0 takes any. IPv6 sockets carry no IPv4. */
export function bindUdp(host: string, port: number, events: UdpEvents): UdpSocket {
  const family = isIP(host);
  let bound = false;
  let socket: DgramSocket | null = null;
  const close = (): void => {
    socket?.close();
    socket = null;
  };
  const fail = (code: LinkCode): void => {
    if (socket === null || bound) return;
    close();
    setImmediate(() => events.onFailed(code));
  };
  const opened = createSocket({
    type: isIPv6(host) ? 'udp6' : 'udp4',
    ipv6Only: isIPv6(host),
    // Hosts are IP literals, so that no name is ever looked up here.
    lookup: (literal, _options, callback) => callback(null, literal, isIP(literal)),
  });
  socket = opened;
  // After `listening` an error belongs to one packet (a port that nobody listens to): UDP loses it.
  opened.on('error', (error) => fail(linkCode(error)));
  opened.on('listening', () => {
    bound = true;
    // An address needs no lookup, so this is still inside the call; the next tick comes before any packet.
    process.nextTick(() => {
      if (socket !== null) events.onBound(opened.address().port);
    });
  });
  opened.on('message', (bytes, remote) => {
    if (socket !== null) events.onPacket(remote.address, remote.port, plainBytes(bytes));
  });
  if (family === 0 || !Number.isInteger(port) || port < 0 || port > 65_535) fail('FAILED');
  else opened.bind({ address: host, port, exclusive: true });
  return {
    send: (target, targetPort, bytes): void => {
      if (socket === null || isIP(target) !== family) return;
      if (!Number.isInteger(targetPort) || targetPort < 1 || targetPort > 65_535) return;
      if (bound && socket.getSendQueueSize() > UDP_QUEUE_BYTES_MAX) return;
      socket.send(bytes, targetPort, target, ignore);
    },
    close,
  };
}

function ignore(): void {}
