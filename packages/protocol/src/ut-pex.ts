/**
 * Peer exchange (BEP 11): message shapes and their limits. How often a peer may send one, and which addresses are
 * worth keeping, the engine decides.
 */
import { encodeBencode } from './bencode-encode.ts';
import { getBytes } from './bencode-read.ts';
import { scanBencodePrefix, type BencodeDict } from './bencode-scan.ts';
import { decodeCompact, encodeCompact, isDialable, type AddressLength, type Endpoint } from './endpoints.ts';
import { ProtocolError } from './error.ts';
import { parseIp } from './ip.ts';
import { MAX_MESSAGE_TOKENS, MAX_PEX_ENTRIES, MAX_WIRE_MESSAGE } from './limits.ts';

/** The name of this extension in `m` (BEP 11). */
export const UT_PEX = 'ut_pex';

/** What the sender knows about a peer it added (BEP 11). */
export interface PexFlags {
  readonly prefersEncryption: boolean;
  /** Upload only: a seed or partial seed. */
  readonly seed: boolean;
  readonly utp: boolean;
  readonly holepunch: boolean;
  /** The sender connected to it itself. */
  readonly reachable: boolean;
}

/** A peer added by a ut_pex message (BEP 11). */
export interface PexPeer extends Endpoint {
  readonly flags: PexFlags;
}

/** A ut_pex message (BEP 11), IPv4 before IPv6. */
export interface PexMessage {
  readonly added: readonly PexPeer[];
  readonly dropped: readonly Endpoint[];
}

const FLAG_BITS = { prefersEncryption: 1, seed: 2, utp: 4, holepunch: 8, reachable: 16 } as const;

/** The payload of a ut_pex message (BEP 11); hosts must be IP literals. */
export function encodePex(message: PexMessage): Uint8Array {
  return encodeBencode({
    added: encodeCompact(message.added, 4),
    'added.f': encodeFlags(message.added, 4),
    added6: encodeCompact(message.added, 16),
    'added6.f': encodeFlags(message.added, 16),
    dropped: encodeCompact(message.dropped, 4),
    dropped6: encodeCompact(message.dropped, 16),
  });
}

/**
 * Read a ut_pex payload (BEP 11); entries nobody can dial (port 0, multicast, ...) are left out.
 * Throws WIRE_PEX_FLOOD for more than MAX_PEX_ENTRIES added or dropped (THREATS 25), WIRE_PEX or COMPACT_LENGTH for
 * wrong shapes, BENCODE_ errors when it is not bencoded.
 */
export function decodePex(payload: Uint8Array): PexMessage {
  const dict = scanBencodePrefix(payload, { maxBytes: MAX_WIRE_MESSAGE, maxTokens: MAX_MESSAGE_TOKENS });
  if (dict.type !== 'dict') throw new ProtocolError('WIRE_PEX', 0, 'A ut_pex message is not a dictionary');
  checkCount(dict, 'added', 'added6');
  checkCount(dict, 'dropped', 'dropped6');
  const added = [...readAdded(dict, 'added', 4), ...readAdded(dict, 'added6', 16)];
  const dropped = [...readEndpoints(dict, 'dropped', 4), ...readEndpoints(dict, 'dropped6', 16)];
  return { added: added.filter(isDialable), dropped: dropped.filter(isDialable) };
}

function checkCount(dict: BencodeDict, key4: string, key6: string): void {
  const bytes4 = getBytes(dict, key4)?.length ?? 0;
  const bytes6 = getBytes(dict, key6)?.length ?? 0;
  const count = Math.ceil(bytes4 / 6) + Math.ceil(bytes6 / 18);
  if (count > MAX_PEX_ENTRIES) {
    throw new ProtocolError('WIRE_PEX_FLOOD', 0, `A ut_pex message has ${count} ${key4} entries`);
  }
}

function readEndpoints(dict: BencodeDict, key: string, addressLength: AddressLength): Endpoint[] {
  const bytes = getBytes(dict, key);
  return bytes === null ? [] : decodeCompact(bytes, addressLength);
}

function readAdded(dict: BencodeDict, key: string, addressLength: AddressLength): PexPeer[] {
  const flags = getBytes(dict, `${key}.f`);
  return readEndpoints(dict, key, addressLength).map((endpoint, i) => ({
    ...endpoint,
    flags: decodeFlags(flags?.[i] ?? 0),
  }));
}

function decodeFlags(bits: number): PexFlags {
  return {
    prefersEncryption: (bits & FLAG_BITS.prefersEncryption) !== 0,
    seed: (bits & FLAG_BITS.seed) !== 0,
    utp: (bits & FLAG_BITS.utp) !== 0,
    holepunch: (bits & FLAG_BITS.holepunch) !== 0,
    reachable: (bits & FLAG_BITS.reachable) !== 0,
  };
}

function encodeFlags(peers: readonly PexPeer[], addressLength: AddressLength): Uint8Array {
  const bits: number[] = [];
  for (const { host, flags } of peers) {
    if (parseIp(host)?.length !== addressLength) continue;
    bits.push(
      (flags.prefersEncryption ? FLAG_BITS.prefersEncryption : 0) |
        (flags.seed ? FLAG_BITS.seed : 0) |
        (flags.utp ? FLAG_BITS.utp : 0) |
        (flags.holepunch ? FLAG_BITS.holepunch : 0) |
        (flags.reachable ? FLAG_BITS.reachable : 0),
    );
  }
  return Uint8Array.from(bits);
}
