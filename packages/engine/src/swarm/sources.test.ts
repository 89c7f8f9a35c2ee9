import { describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.ts';
import { UNKNOWN_SOURCE } from '../rules/blame.ts';
import { chance } from '../testing/chance.ts';
import { AddressBook, type Address } from './addresses.ts';
import { Sources } from './sources.ts';

const book = new AddressBook(chance(1));
const address = (index: number): Address => book.forIncoming(`20.0.${index >> 8}.${index & 255}`, 1);

describe('sources of blocks', () => {
  it('keep their number as long as they are remembered, and numbers are not used again', () => {
    const sources = new Sources();
    const first = sources.idOf(address(1));
    expect(first).not.toBe(UNKNOWN_SOURCE);
    expect(sources.idOf(address(1))).toBe(first);
    expect(sources.addressOf(first)).toBe(address(1));
    sources.forget(address(1));
    expect(sources.addressOf(first)).toBeNull();
    expect(sources.idOf(address(1))).not.toBe(first);
    expect(sources.addressOf(UNKNOWN_SOURCE)).toBeNull();
  });

  it('are bounded: the oldest that is not connected is forgotten', () => {
    const sources = new Sources();
    const connected = address(0);
    connected.state = 'connected';
    const first = sources.idOf(connected);
    const second = sources.idOf(address(1));
    for (let index = 2; index < LIMITS.blockSources + 10; index += 1) sources.idOf(address(index));
    expect(sources.size).toBe(LIMITS.blockSources);
    expect(sources.addressOf(first)).toBe(connected);
    expect(sources.addressOf(second)).toBeNull();
  });
});
