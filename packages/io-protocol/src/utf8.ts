/**
 * UTF-8 in both directions, fast for the ASCII that hosts, URLs and most names are. Decides nothing else.
 */

declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new (
  label: string,
  options: { readonly fatal: boolean; readonly ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Longest string that is turned around byte by byte; beyond it the platform's coder is faster. */
const SHORT = 48;

/** Writes `text` at `offset` if it is short ASCII and says so; otherwise writes rubbish or nothing and says false. */
export function putShortAscii(text: string, target: Uint8Array, offset: number): boolean {
  const length = text.length;
  if (length > SHORT) return false;
  for (let i = 0; i < length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return false;
    target[offset + i] = unit;
  }
  return true;
}

/** UTF-8 bytes of `text`; a lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of well-formed UTF-8, or null. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string | null {
  if (end - start <= SHORT) {
    let text = '';
    let i = start;
    for (; i < end; i += 1) {
      const byte = bytes[i]!;
      if (byte > 0x7f) break;
      text += String.fromCharCode(byte);
    }
    if (i === end) return text;
  }
  try {
    return decoder.decode(bytes.subarray(start, end));
  } catch {
    return null;
  }
}
