/**
 * IP literals: reading, canonical text, and what kind of network an address belongs to. Who may be reached is decided
 * by the engine and the plane.
 */
import { copyBytes, readU16 } from './bytes.ts';

/** Where an address leads (RFC 6890): only `public` is the open internet. */
export type IpClass =
  | 'unspecified'
  | 'loopback'
  | 'private'
  | 'linkLocal'
  | 'multicast'
  | 'broadcast'
  | 'reserved'
  | 'public';

/**
 * The 4 or 16 bytes of an IP literal, or null. IPv4-mapped IPv6 (::ffff:a.b.c.d) folds to the 4 bytes; brackets, zones,
 * and IPv4 in octal, hex or with missing parts are not literals.
 */
export function parseIp(text: string): Uint8Array | null {
  return text.includes(':') ? parseV6(text) : parseV4(text);
}

/** The canonical text (RFC 5952) of 4 or 16 address bytes; IPv4-mapped IPv6 gives dotted IPv4. */
export function formatIp(bytes: Uint8Array): string {
  const folded = foldMapped(bytes);
  return folded.length === 4 ? folded.join('.') : formatV6(folded);
}

/** The canonical text of an IP literal, or null when it is none. */
export function canonicalIp(text: string): string | null {
  const bytes = parseIp(text);
  return bytes === null ? null : formatIp(bytes);
}

/** The class of an IP literal, or null when `text` is none (a host name). */
export function classifyIp(text: string): IpClass | null {
  const bytes = parseIp(text);
  if (bytes === null) return null;
  return bytes.length === 4 ? classifyV4(bytes) : classifyV6(bytes);
}

function parseV4(text: string): Uint8Array | null {
  const parts = text.split('.', 5);
  if (parts.length !== 4) return null;
  const bytes = new Uint8Array(4);
  for (const [i, part] of parts.entries()) {
    if (!/^(0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) return null;
    bytes[i] = Number(part);
  }
  return bytes;
}

function parseV6(text: string): Uint8Array | null {
  if (text.length > 45) return null;
  const halves = text.split('::', 3);
  if (halves.length > 2) return null;
  const head = groups(halves[0] ?? '', halves.length === 1);
  const tail = groups(halves[1] ?? '', true);
  if (head === null || tail === null) return null;
  const known = head.length + tail.length;
  if (halves.length === 1 ? known !== 16 : known > 14) return null;
  const bytes = new Uint8Array(16);
  bytes.set(head, 0);
  bytes.set(tail, 16 - tail.length);
  return foldMapped(bytes);
}

/** The bytes of groups between colons; the last may be dotted IPv4 where `last` allows it. */
function groups(text: string, last: boolean): number[] | null {
  const bytes: number[] = [];
  if (text === '') return bytes;
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      const value = Number.parseInt(part, 16);
      bytes.push(value >> 8, value & 0xff);
    } else {
      const v4 = last && i === parts.length - 1 ? parseV4(part) : null;
      if (v4 === null) return null;
      bytes.push(...v4);
    }
  }
  return bytes;
}

function foldMapped(bytes: Uint8Array): Uint8Array {
  if (bytes.length !== 16) return bytes;
  const mapped = bytes.subarray(0, 10).every((byte) => byte === 0) && readU16(bytes, 10) === 0xffff;
  return mapped ? copyBytes(bytes, 12) : bytes;
}

/** RFC 5952: lower case, the longest run of two or more zero groups (the first of equals) becomes `::`. */
function formatV6(bytes: Uint8Array): string {
  const words = Array.from({ length: 8 }, (_, i) => readU16(bytes, 2 * i));
  let best = 0;
  let bestLength = 1;
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && words[i + length] === 0) length++;
    if (length > bestLength) {
      best = i;
      bestLength = length;
    }
  }
  const text = (part: readonly number[]): string => part.map((word) => word.toString(16)).join(':');
  if (bestLength < 2) return text(words);
  return `${text(words.slice(0, best))}::${text(words.slice(best + bestLength))}`;
}

function classifyV4(bytes: Uint8Array): IpClass {
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  if (a === 0) return 'unspecified';
  if (a === 127) return 'loopback';
  if (a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168)) return 'private';
  if (a === 100 && b >= 64 && b <= 127) return 'private';
  if (a === 169 && b === 254) return 'linkLocal';
  if (a >= 224 && a <= 239) return 'multicast';
  if (a === 255 && b === 255 && c === 255 && d === 255) return 'broadcast';
  return a >= 240 ? 'reserved' : 'public';
}

function classifyV6(bytes: Uint8Array): IpClass {
  const first = readU16(bytes, 0);
  const zeros = bytes.findIndex((byte) => byte !== 0);
  if (zeros === -1) return 'unspecified';
  if (zeros === 15 && bytes[15] === 1) return 'loopback';
  if (zeros >= 12) return classifyV4(bytes.subarray(12));
  if (first === 0x64 && readU16(bytes, 2) === 0xff9b) return classifyV4(bytes.subarray(12));
  if (first === 0x2002) return classifyV4(bytes.subarray(2, 6));
  if ((first & 0xff00) === 0xff00) return 'multicast';
  if ((first & 0xffc0) === 0xfe80) return 'linkLocal';
  if ((first & 0xffc0) === 0xfec0 || (first & 0xfe00) === 0xfc00) return 'private';
  return 'public';
}
