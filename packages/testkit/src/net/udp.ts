/**
 * UDP of the in-memory internet: decides who gets a packet; when, and whether, is decided by the routes.
 */
import type { UdpEvents } from '@jstorrent/data-plane';
import { canonicalIp } from '@jstorrent/protocol';
import type { MemoryHost } from './host.ts';
import type { NetGround } from './internet.ts';

/** More than fits into one packet. */
const MAX_PACKET_BYTES = 65_507;

/** Where a UDP socket is bound. */
export interface UdpAddress {
  readonly host: string;
  readonly port: number;
}

/** The `bindUdp` of the network port for one host. */
export const bindUdp = (
  ground: NetGround,
  host: MemoryHost,
  at: UdpAddress,
  events: UdpEvents,
): { send(to: string, port: number, bytes: Uint8Array): void; close(): void } => {
  let isOpen = true;
  const own: UdpEvents = {
    onBound: (port) => isOpen && events.onBound(port),
    onFailed: (code) => isOpen && events.onFailed(code),
    onPacket: (from, port, bytes) => events.onPacket(from, port, bytes),
  };
  const address = canonicalIp(at.host);
  const bound = address === null ? 'ADDRESS_DENIED' : host.udp.bind(host.addresses, address, at.port, own);
  ground.clock.after(0, () => (typeof bound === 'number' ? own.onBound(bound) : own.onFailed(bound)));
  return {
    send: (to, port, bytes) => {
      if (!isOpen || typeof bound !== 'number' || bytes.length > MAX_PACKET_BYTES) return;
      sendPacket(ground, { host, port: bound }, { address: canonicalIp(to), port }, bytes.slice());
    },
    close: () => {
      isOpen = false;
      if (address !== null && typeof bound === 'number') host.udp.release(address, bound, own);
    },
  };
};

const sendPacket = (
  ground: NetGround,
  from: { readonly host: MemoryHost; readonly port: number },
  to: { readonly address: string | null; readonly port: number },
  bytes: Uint8Array,
): void => {
  if (to.address === null) return;
  const address = to.address;
  const target = ground.hostAt(address, from.host);
  const source = from.host.sourceFor(address);
  if (target === null || source === null) return;
  const { clock, routes } = ground;
  for (const atMs of routes.packetArrivalsMs(from.host, target, bytes.length + 28, clock.now())) {
    clock.schedule(atMs, () => {
      if (routes.isCut(from.host.name, target.name)) return;
      target.udp.find(address, to.port)?.onPacket(source, from.port, bytes.slice());
    });
  }
};
