/**
 * Values of command-line options: sizes, rates, addresses, file numbers. Decides what they may look like; a wrong one is
 * a usage error that says what is right.
 */
import { isIP } from 'node:net';
import { usageError } from './errors.ts';

const UNIT_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  kib: 1024,
  kb: 1000,
  m: 1024 ** 2,
  mib: 1024 ** 2,
  mb: 1000 ** 2,
  g: 1024 ** 3,
  gib: 1024 ** 3,
  gb: 1000 ** 3,
};

/** Bytes of a text such as `1MiB`, `256k`, `1.5 GB` or `16384`. */
export function parseSize(text: string): number {
  const match = /^([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)$/i.exec(text.trim());
  const unit = UNIT_BYTES[match?.[2]?.toLowerCase() ?? ''];
  if (match === null || unit === undefined) {
    throw usageError(`"${text}" is not a size; write bytes or a number with k, MiB or GiB, such as 256k`);
  }
  return Math.floor(Number(match[1]) * unit);
}

/** Bytes per second of a text such as `500k` or `2MiB/s`. */
export function parseRate(text: string): number {
  return parseSize(text.replace(/\/s$/i, ''));
}

const MIN_PIECE_LENGTH = 16_384;
/** Beyond this, other clients refuse pieces or run out of memory. */
const MAX_PIECE_LENGTH = 128 * 1024 * 1024;

/** Bytes of a piece: a power of two from 16 KiB to 128 MiB. */
export function parsePieceLength(text: string): number {
  const length = parseSize(text);
  if (length < MIN_PIECE_LENGTH || length > MAX_PIECE_LENGTH || !Number.isInteger(Math.log2(length))) {
    throw usageError(`a piece length is a power of two from 16KiB to 128MiB, not "${text}"`);
  }
  return length;
}

/** A TCP port, 0 = any that is free. */
export function parsePort(text: string): number {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw usageError(`a port is a number from 0 to 65535, not "${text}"`);
  return port;
}

/** Seconds above 0. */
export function parseSeconds(text: string): number {
  const seconds = /^[0-9]+(\.[0-9]+)?$/.test(text) ? Number(text) : 0;
  if (seconds <= 0) throw usageError(`a time is a number of seconds above 0, not "${text}"`);
  return seconds;
}

/** A peer: an address or a name, with its port. */
export interface PeerAddress {
  readonly host: string;
  readonly port: number;
}

/** A peer from `host:port` or `[ipv6]:port`. */
export function parsePeer(text: string): PeerAddress {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]{1,253})):([0-9]{1,5})$/i.exec(text);
  const host = match?.[1] ?? match?.[2] ?? '';
  const port = Number(match?.[3] ?? 0);
  if (match === null || port < 1 || port > 65_535 || (match[1] !== undefined && isIP(host) !== 6)) {
    throw usageError(`a peer is written HOST:PORT or [IPV6]:PORT, not "${text}"`);
  }
  return { host: host.toLowerCase(), port };
}

/** File numbers `first` to `last`, both included, from 1. */
export interface NumberRange {
  readonly first: number;
  readonly last: number;
}

/** Most ranges on one command line. */
const MAX_RANGES = 10_000;

/** File numbers as `info` shows them: `1,3-5`. */
export function parseFileNumbers(text: string): NumberRange[] {
  const parts = text.split(',', MAX_RANGES);
  return parts.map((part) => {
    const match = /^\s*([0-9]{1,7})(?:\s*-\s*([0-9]{1,7}))?\s*$/.exec(part);
    const first = Number(match?.[1] ?? 0);
    const last = Number(match?.[2] ?? match?.[1] ?? 0);
    if (match === null || first < 1 || last < first) {
      throw usageError(`files are chosen by their numbers in "jstorrent info", such as 1,3-5, not "${text}"`);
    }
    return { first, last };
  });
}
