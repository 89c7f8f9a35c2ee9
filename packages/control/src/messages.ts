/** The envelopes of the protocol: calls, cancellations and replies. What stands in them is decided by the schemas. */
import type { ErrorShape } from './schema/errors.ts';

/** A call or its cancellation, as a front end sends them. */
export type Request =
  | { readonly id: number; readonly call: string; readonly params: unknown }
  | { readonly cancel: number };

/** The answer to a call; `id` is null when the message had none that could be read. */
export type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number | null; readonly error: ErrorShape };

/** A request, or the id of one that is malformed. */
export function readRequest(message: unknown): Request | { readonly malformed: number | null } {
  if (typeof message !== 'object' || message === null) return { malformed: null };
  const { id, call, params, cancel } = message as Record<string, unknown>;
  if (cancel !== undefined) return isId(cancel) ? { cancel } : { malformed: isId(id) ? id : null };
  if (!isId(id)) return { malformed: null };
  return typeof call === 'string' ? { id, call, params: params ?? {} } : { malformed: id };
}

/** Whether a value is the id of a call. */
export function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
