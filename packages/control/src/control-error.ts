/** The error that calls fail with, on both sides. */
import type { ErrorCode, ErrorData, ErrorShape } from './schema/errors.ts';
import { errorSentence } from './sentences.ts';

/** Thrown by handlers and calls: a stable code, a sentence for people, and what the sentence was made of. */
export class ControlError extends Error {
  readonly code: ErrorCode;
  readonly data: ErrorData | undefined;

  /** Without a message, the sentence for the code is taken. */
  constructor(code: ErrorCode, data?: ErrorData, message = errorSentence(code, data)) {
    super(message);
    this.name = 'ControlError';
    this.code = code;
    this.data = data;
  }

  /** As it is sent. */
  toShape(): ErrorShape {
    const { code, message, data } = this;
    return data === undefined ? { code, message } : { code, message, data };
  }
}
