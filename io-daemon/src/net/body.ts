/**
 * Undoes the content encoding of a reply within a limit (THREATS 17). Decides what counts as gzip and deflate.
 */
import { promisify } from 'node:util';
import { gunzip, inflate, inflateRaw } from 'node:zlib';
import { errorCode, HttpFailure } from './codes.ts';

const decodeGzip = promisify(gunzip);
const decodeZlib = promisify(inflate);
const decodeRaw = promisify(inflateRaw);

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
