declare module 'bencode' {
  /** The untyped encoder; this project hands it single strings, byte strings and exact integers only. */
  const bencode: { encode(value: Uint8Array | string | number): Uint8Array };
  export default bencode;
}
