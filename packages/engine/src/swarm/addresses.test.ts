import { describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.ts';
import { chance } from '../testing/chance.ts';
import { AddressBook, type Address, type AddressSource } from './addresses.ts';

const PUBLIC = { allowLoopback: false };
const LOCAL = { allowLoopback: true };

const book = (): AddressBook => new AddressBook(chance(1));
const add = (to: AddressBook, host: string, port = 6881, source: AddressSource = 'tracker'): Address => {
  const address = to.add(host, port, source, PUBLIC);
  if (address === null) throw new Error(`${host} ${port} was not taken`);
  return address;
};
const nth = (index: number): string => `20.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;

describe('the address book', () => {
  it('takes no address that cannot be a peer’s', () => {
    const bad: [string, number][] = [
      ['20.0.0.1', 0],
      ['20.0.0.1', 65_536],
      ['0.0.0.0', 1],
      ['255.255.255.255', 1],
      ['224.0.0.1', 1],
      ['239.1.2.3', 1],
      ['ff02::1', 1],
      ['::', 1],
      ['not an address', 1],
    ];
    for (const [host, port] of bad) expect(book().add(host, port, 'tracker', LOCAL), host).toBeNull();
  });

  it('takes this machine only from who may name it', () => {
    for (const host of ['127.0.0.1', '127.9.9.9', '::1', '169.254.169.254', 'fe80::1']) {
      expect(book().add(host, 6881, 'tracker', PUBLIC), host).toBeNull();
    }
    expect(book().add('127.0.0.1', 6881, 'user', LOCAL)).not.toBeNull();
    expect(book().add('10.0.0.1', 6881, 'tracker', PUBLIC)).not.toBeNull();
  });

  it('keeps one record of an address, whoever names it', () => {
    const known = book();
    expect(add(known, '20.0.0.1', 1)).toBe(add(known, '20.0.0.1', 1, 'magnet'));
    expect(add(known, '20.0.0.1', 2)).not.toBe(add(known, '20.0.0.1', 1));
    expect(known.size).toBe(2);
  });

  it('gives everybody a turn, however many others come back again and again', () => {
    const known = book();
    for (let index = 0; index < 50; index += 1) add(known, nth(index));
    const last = add(known, nth(50), 6881, 'magnet');
    known.failed(last, 0);
    const met = new Set<Address>();
    for (let nowMs = 60_000; nowMs < 60_000 + 120 * 15_000; nowMs += 15_000) {
      const next = known.next(nowMs);
      if (next === null) throw new Error('somebody may be dialled');
      met.add(next);
      next.received += 1000;
      known.released(next, nowMs);
    }
    expect(met.size).toBe(51);
    expect(met.has(last)).toBe(true);
  });

  it('dials who failed least, then who gave most, then whom we trust most', () => {
    const known = book();
    const failed = add(known, '20.0.0.1', 1, 'user');
    const giver = add(known, '20.0.0.2', 1, 'magnet');
    const named = add(known, '20.0.0.3', 1, 'user');
    const told = add(known, '20.0.0.4', 1, 'tracker');
    failed.failures = 1;
    giver.received = 5;
    const order: Address[] = [];
    for (let next = known.next(0); next !== null; next = known.next(0)) {
      order.push(next);
      next.state = 'connecting';
    }
    expect(order).toEqual([giver, named, told, failed]);
  });

  it('waits longer after every failure, then forgets who was not named by the user', () => {
    const known = book();
    const address = add(known, '20.0.0.1');
    let nowMs = 0;
    for (const waitMs of LIMITS.redialMs) {
      known.failed(address, nowMs);
      expect(known.next(nowMs + waitMs * 0.7)).toBeNull();
      expect(known.next(nowMs + waitMs * 1.3)).toBe(address);
      nowMs += waitMs * 2;
    }
    known.failed(address, nowMs);
    expect(known.size).toBe(0);
    const own = add(known, '20.0.0.2', 1, 'user');
    for (let i = 0; i < 20; i += 1) known.failed(own, 0);
    expect(known.next(2 * LIMITS.redialMs[4])).toBe(own);
  });

  it('forgets failures of who was of use, and all waits when the network comes back', () => {
    const known = book();
    const address = add(known, '20.0.0.1');
    known.failed(address, 0);
    known.failed(address, 0);
    known.released(address, 0);
    expect(address.failures).toBe(0);
    expect(known.next(1000)).toBeNull();
    known.forgive();
    expect(known.next(1000)).toBe(address);
  });

  it('never dials the banned, ourselves, or who came from a port of chance', () => {
    const known = book();
    known.ban(add(known, '20.0.0.1'));
    add(known, '20.0.0.2').self = true;
    known.forIncoming('20.0.0.3', 50_000);
    expect(known.next(1e9)).toBeNull();
    expect(known.candidates).toBe(0);
  });

  it('bans a host after some of its endpoints lied', () => {
    const known = book();
    for (let port = 1; port <= LIMITS.bannedEndpointsPerHost; port += 1) {
      expect(known.isHostBanned('20.0.0.1')).toBe(false);
      const address = add(known, '20.0.0.1', port);
      known.ban(address);
      known.ban(address);
    }
    expect(known.isHostBanned('20.0.0.1')).toBe(true);
    expect(known.add('20.0.0.1', 9999, 'tracker', PUBLIC)).toBeNull();
    expect(known.isHostBanned('20.0.0.2')).toBe(false);
  });

  it('dials no other endpoint of a banned host either', () => {
    const known = book();
    add(known, '20.0.0.1', 9999);
    for (let port = 1; port <= LIMITS.bannedEndpointsPerHost; port += 1)
      known.ban(add(known, '20.0.0.1', port));
    expect(known.next(1e9)).toBeNull();
  });

  it('is bounded, and makes room by forgetting who failed', () => {
    const known = book();
    for (let i = 0; i < LIMITS.knownAddresses; i += 1) add(known, nth(i + 1));
    expect(known.add('30.0.0.1', 1, 'tracker', PUBLIC)).toBeNull();
    const first = add(known, nth(1));
    known.failed(first, 0);
    expect(known.add('30.0.0.1', 1, 'tracker', PUBLIC)).not.toBeNull();
    expect(known.size).toBe(LIMITS.knownAddresses);
  });

  it('is smaller while stopped, and keeps who was of use', () => {
    const known = book();
    for (let i = 0; i < LIMITS.knownAddresses; i += 1) add(known, nth(i + 1));
    const giver = add(known, nth(5));
    giver.received = 1;
    known.trim();
    expect(known.size).toBe(LIMITS.knownAddressesStopped);
    expect(add(known, nth(5))).toBe(giver);
  });

  it('keeps nothing of peers that came and went, but the count of liars on their host', () => {
    const known = book();
    for (let port = 50_000; port < 50_000 + LIMITS.bannedEndpointsPerHost; port += 1) {
      const address = known.forIncoming('20.0.0.1', port);
      known.ban(address);
      known.forgetIncoming(address);
    }
    expect(known.size).toBe(0);
    expect(known.isHostBanned('20.0.0.1')).toBe(true);
  });

  it('remembers a bounded number of banned hosts, the newest', () => {
    const known = book();
    for (let i = 1; i <= LIMITS.bannedHosts + 1; i += 1) {
      for (let port = 1; port <= LIMITS.bannedEndpointsPerHost; port += 1) {
        const address = known.forIncoming(nth(i), port);
        known.ban(address);
        known.forgetIncoming(address);
      }
    }
    expect(known.isHostBanned(nth(1))).toBe(false);
    expect(known.isHostBanned(nth(2))).toBe(true);
    expect(known.isHostBanned(nth(LIMITS.bannedHosts + 1))).toBe(true);
  });
});
