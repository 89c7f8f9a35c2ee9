/**
 * Taking back a HAVE (BEP 54): message shape only.
 */
import { readU32, writeU32 } from './bytes.ts';
import { ProtocolError } from './error.ts';

/** The name of this extension in `m` (BEP 54). */
export const LT_DONTHAVE = 'lt_donthave';

/** The payload that takes back `piece` (BEP 54). */
export function encodeDontHave(piece: number): Uint8Array {
  const payload = new Uint8Array(4);
  writeU32(payload, 0, piece);
  return payload;
}

/** The piece index of an lt_donthave payload (BEP 54), not checked against the torrent. Throws WIRE_LENGTH. */
export function decodeDontHave(payload: Uint8Array): number {
  if (payload.length !== 4) {
    throw new ProtocolError(
      'WIRE_LENGTH',
      0,
      `An lt_donthave message cannot be ${payload.length} bytes long`,
    );
  }
  return readU32(payload, 0);
}
