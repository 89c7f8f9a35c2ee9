/**
 * Metadata as a seed gives it to who has a magnet link only (BEP 9 over BEP 10). Decides the form of these messages.
 */
import { ID, message } from './wire.ts';

/** Bytes of metadata in one message. */
const PART = 16 * 1024;
/** Our number for messages about metadata. */
const OURS = 3;

/** One side of a conversation about metadata. */
export class MetadataTeller {
  readonly #metadata: Buffer;
  /** The other side's number for these messages. */
  #theirs = 0;

  /** `metadata`: the info dictionary as it is hashed. */
  constructor(metadata: Buffer) {
    this.#metadata = metadata;
  }

  /** Says that there is metadata. */
  get greeting(): Buffer {
    const text = `d1:md11:ut_metadatai${OURS}ee13:metadata_sizei${this.#metadata.length}ee`;
    return message(ID.extended, Buffer.concat([Buffer.of(0), Buffer.from(text)]));
  }

  /** The answer to an extended message, or null. */
  hear(payload: Buffer): Buffer | null {
    const text = payload.toString('latin1', 1);
    if (payload[0] === 0) this.#theirs = Number(/11:ut_metadatai(\d+)e/.exec(text)?.[1] ?? 0);
    const wanted = payload[0] === OURS ? /8:msg_typei0e5:piecei(\d+)e/.exec(text) : null;
    if (wanted === null) return null;
    const part = Number(wanted[1]);
    const head = `d8:msg_typei1e5:piecei${part}e10:total_sizei${this.#metadata.length}ee`;
    const bytes = this.#metadata.subarray(part * PART, (part + 1) * PART);
    return message(ID.extended, Buffer.concat([Buffer.of(this.#theirs), Buffer.from(head), bytes]));
  }
}
