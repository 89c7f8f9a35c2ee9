/** UTF-8 with the platform's coders: a list of 10,000 torrents is 9 MB of JSON, which a loop takes half a second for. */

declare const TextEncoder: new () => {
  encode(text: string): Uint8Array;
  encodeInto(text: string, bytes: Uint8Array): { readonly read: number; readonly written: number };
};
declare const TextDecoder: new (
  label: string,
  options: { readonly fatal: boolean; readonly ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 bytes of a text. */
export function toUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of well-formed UTF-8, or null. */
export function fromUtf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/**
 * UTF-8 bytes of a text behind `head` bytes that are left free. Most texts of a session are ASCII: they are written once,
 * where they belong.
 */
export function toUtf8Behind(head: number, text: string): Uint8Array {
  const bytes = new Uint8Array(head + text.length);
  const { read } = encoder.encodeInto(text, bytes.subarray(head));
  if (read === text.length) return bytes;
  const whole = encoder.encode(text);
  const larger = new Uint8Array(head + whole.length);
  larger.set(whole, head);
  return larger;
}

/** Room for the longest text whose bytes are counted without keeping them; a unit of UTF-16 takes three at most. */
const COUNTED = 16 * 1024;
const scratch = new Uint8Array(3 * COUNTED);

/** Bytes that a value takes as JSON. */
export function jsonBytes(value: unknown): number {
  const text = JSON.stringify(value);
  return text.length <= COUNTED ? encoder.encodeInto(text, scratch).written : encoder.encode(text).length;
}
