declare module 'bencode' {
  /** The untyped package; this project hands its encoder single strings and exact integers only. */
  const bencode: {
    encode(value: Uint8Array | string | number): Uint8Array;
    decode: { (bytes: Uint8Array): unknown; readonly position: number };
  };
  export default bencode;
}
