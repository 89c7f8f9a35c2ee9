/**
 * What can be wrong with bytes from the other process. Decides codes only; the owner of the pipe logs and closes.
 */

/** Why bytes are not a frame of this protocol. Append-only. */
export type FrameErrorCode =
  | 'BAD_LENGTH' /** A length prefix of 0 or above MAX_FRAME_BYTES. */
  | 'UNKNOWN_OP' /** No such op, or not in this direction. */
  | 'TRUNCATED' /** A field reaches beyond the frame. */
  | 'TRAILING_BYTES' /** The frame reaches beyond its last field. */
  | 'BAD_VALUE' /** A number, flag or choice that its field does not have. */
  | 'BAD_STRING' /** Not well-formed UTF-8. */
  | 'BAD_LIST' /** A list longer than the rest of the frame could hold. */
  | 'EXPECTED_HELLO' /** The first frame is not `hello`, or a later one is. */
  | 'BAD_MAGIC' /** Something else talks on the other end. */
  | 'BAD_VERSION' /** Both ends are not of one version. */
  | 'BAD_CREDIT'; /** More was acknowledged than was sent. */

/** The bytes from the other process break the protocol; nothing after them can be trusted and the pipe is to be closed. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
  readonly code: FrameErrorCode;
  /** Bytes between the start of the frame's op byte and the place of the fault; 0 for a bad length. */
  readonly offset: number;

  constructor(code: FrameErrorCode, offset: number) {
    super(`${code} at byte ${offset} of a frame`);
    this.code = code;
    this.offset = offset;
  }
}

/** A frame to be sent would exceed MAX_FRAME_BYTES; thrown by the writer, which has dropped the frame. */
export class FrameTooLong extends Error {
  override readonly name = 'FrameTooLong';
}
