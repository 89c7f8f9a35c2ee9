/**
 * Collects the body of a reply and undoes its content encoding, each within a limit (THREATS 17). Decides what counts as
 * gzip and deflate, and that a body which was cut off is none.
 */
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate, inflateRaw } from 'node:zlib';
import { errorCode, HttpFailure } from './codes.ts';

const decodeGzip = promisify(gunzip);
const decodeZlib = promisify(inflate);
const decodeRaw = promisify(inflateRaw);

/** What was cut off: the connection ended before the reply did. */
export function cutOff(): HttpFailure {
  return new HttpFailure('BAD_REPLY', 'the connection ended before the reply did');
}

/**
 * The body as it was sent, in a fresh array, once all of it has come; call it before the reply has begun to flow. More
 * than `maxBytes` fails with `TOO_LARGE` at once; the caller closes the connection in any case.
 */
export function collectBody(reply: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let length = 0;
    reply.on('error', reject);
    reply.on('close', () => reject(cutOff()));
    reply.on('end', () => resolve(joined(chunks, length)));
    reply.on('data', (chunk: Uint8Array) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length <= maxBytes) return;
      reject(new HttpFailure('TOO_LARGE', `a body of more than ${maxBytes} bytes`));
      reply.destroy();
    });
  });
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/**
 * The body as it was before `encoding` (RFC 9110; empty = none), a fresh or the given array. More than `maxBytes` of
 * output fails with `TOO_LARGE` before they are in memory; unknown encodings and damaged bytes with `BAD_REPLY`.
 */
export async function decodeBody(
  encoded: Uint8Array,
  encoding: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const decode = decoderOf(encoding.trim().toLowerCase(), encoded);
  if (decode === null) return plainBytes(encoded);
  try {
    return plainBytes(await decode(encoded, { maxOutputLength: Math.max(1, maxBytes) }));
  } catch (error) {
    if (errorCode(error) === 'ERR_BUFFER_TOO_LARGE') throw new HttpFailure('TOO_LARGE', 'decoded body');
    throw new HttpFailure('BAD_REPLY', `damaged ${encoding} body`);
  }
}

/** The same bytes as a plain array: `slice` of a Buffer is a view, which owners of arrays do not expect. */
export function plainBytes({ buffer, byteOffset, length }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

function decoderOf(encoding: string, encoded: Uint8Array): typeof decodeGzip | null {
  switch (encoding) {
    case '':
    case 'identity':
      return null;
    case 'gzip':
    case 'x-gzip':
      return encoded.length === 0 ? null : decodeGzip;
    case 'deflate':
      if (encoded.length === 0) return null;
      // "deflate" means zlib (RFC 9110 8.4.1.2), yet some servers send it without the zlib header: method 8 tells.
      return ((encoded[0] ?? 0) & 0x0f) === 8 ? decodeZlib : decodeRaw;
    default:
      throw new HttpFailure('BAD_REPLY', `content encoding ${encoding.slice(0, 20)}`);
  }
}
