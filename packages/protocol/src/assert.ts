/** Assertion of what only a bug in the caller can break; input from the world gets a ProtocolError instead. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}
