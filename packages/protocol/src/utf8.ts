/**
 * Text as UTF-8 bytes, and text made fit for display. What a safe file name is, is decided in safe-paths.ts.
 */

const REPLACEMENT = 0xfffd;
const CHUNK = 4096;
/** Below this many bytes a loop is faster than a call with that many arguments. */
const SHORT = 32;

/** UTF-8 of a text; lone surrogates become U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text));
  let at = 0;
  for (const character of text) {
    let code = character.codePointAt(0) ?? REPLACEMENT;
    if (code >= 0xd800 && code <= 0xdfff) code = REPLACEMENT;
    if (code < 0x80) bytes[at++] = code;
    else if (code < 0x800) {
      bytes[at++] = 0xc0 | (code >> 6);
      bytes[at++] = 0x80 | (code & 63);
    } else if (code < 0x1_0000) {
      bytes[at++] = 0xe0 | (code >> 12);
      bytes[at++] = 0x80 | ((code >> 6) & 63);
      bytes[at++] = 0x80 | (code & 63);
    } else {
      bytes[at++] = 0xf0 | (code >> 18);
      bytes[at++] = 0x80 | ((code >> 12) & 63);
      bytes[at++] = 0x80 | ((code >> 6) & 63);
      bytes[at++] = 0x80 | (code & 63);
    }
  }
  return bytes;
}

/** How many bytes `encodeUtf8` gives. */
export function utf8Length(text: string): number {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i) ?? REPLACEMENT;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
    if (code >= 0x1_0000) i++;
  }
  return length;
}

/** Whether a text has only characters below U+0080. */
export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false;
  return true;
}

/** The text of well-formed UTF-8, or null. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  return decode(bytes, false);
}

/** The text of UTF-8 with U+FFFD for every byte that is not part of a well-formed sequence. */
export function decodeUtf8Lossy(bytes: Uint8Array): string {
  return decode(bytes, true) ?? '';
}

/** One character per byte (U+0000 to U+00FF): how dictionary keys are held, so that binary keys stay exact. */
export function decodeLatin1(bytes: Uint8Array): string {
  let text = '';
  if (bytes.length <= SHORT) {
    for (const byte of bytes) text += String.fromCharCode(byte);
    return text;
  }
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += Reflect.apply(String.fromCharCode, null, bytes.subarray(at, at + CHUNK));
  }
  return text;
}

/** The bytes of a text whose characters are all below U+0100, or null. */
export function encodeLatin1(text: string): Uint8Array | null {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) return null;
    bytes[i] = code;
  }
  return bytes;
}

/** Text from outside as one line for display: lossy UTF-8, no control or direction characters, at most `maxLength` long. */
export function displayText(bytes: Uint8Array, maxLength: number): string {
  const text = decodeUtf8Lossy(bytes.subarray(0, 4 * maxLength));
  return cutText(text.replace(INVISIBLE, '').replace(CONTROL, ' '), maxLength).trim();
}

/** Code points that show nothing or reorder what stands beside them (bidi controls, zero-width, fillers, tags); not emoji style. */
export const INVISIBLE = /(?![\u{fe00}-\u{fe0f}])\p{DI}|[\u{fff9}-\u{fffb}]/gu;

/** Control characters and line separators. */
// oxlint-disable-next-line no-control-regex
export const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/gu;

/** The first `maxLength` UTF-16 units of a text, never half a surrogate pair. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const last = text.charCodeAt(maxLength - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? maxLength - 1 : maxLength);
}

function decode(bytes: Uint8Array, lossy: boolean): string | null {
  let text = '';
  let codes: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    if (length === 0 && !lossy) return null;
    codes.push(length === 0 ? REPLACEMENT : codePoint(bytes, at, length));
    at += length === 0 ? 1 : length;
    if (codes.length >= CHUNK) {
      text += String.fromCodePoint(...codes);
      codes = [];
    }
  }
  return text + String.fromCodePoint(...codes);
}

/** Length of the well-formed sequence at `at`, or 0 (Unicode table 3-7). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : 4;
  if (first < 0xc2 || first > 0xf4 || at + length > bytes.length) return 0;
  const second = bytes[at + 1] ?? 0;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = 2; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}

function codePoint(bytes: Uint8Array, at: number, length: number): number {
  const first = bytes[at] ?? 0;
  if (length === 1) return first;
  let code = first & (0xff >> (length + 1));
  for (let i = 1; i < length; i++) code = (code << 6) | ((bytes[at + i] ?? 0) & 63);
  return code;
}
