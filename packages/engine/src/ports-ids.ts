/** The numbers by which engine and plane name things to each other. */

/** One peer connection. Dialled links are numbered by the engine below 2^31, accepted ones by the plane from 2^31 up. */
export type LinkId = number;
/** One torrent's pieces on disk, numbered by the engine from 1. */
export type StoreId = number;
/** A listening TCP socket, numbered by the engine. */
export type ListenerId = number;
/** A UDP socket, numbered by the engine. */
export type SocketId = number;
/** A question that gets exactly one answer, numbered by the engine, unique among those open. */
export type RequestId = number;
