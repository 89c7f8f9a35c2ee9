/** Throws when `condition` is false: a bug of ours or of the caller, never an input from the world. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`data-plane: ${message}`);
}

/** The value, which must exist; throws `message` otherwise. */
export function present<T>(value: T | null | undefined, message: string): T {
  assert(value !== null && value !== undefined, message);
  return value;
}
