/**
 * Every number of the Node network adapter with its reason. Decides nothing else.
 */

/** Bytes of the one read buffer that all sockets share: fits a core’s cache beside the arena it is copied into. */
export const READ_BUFFER_BYTES = 64 * 1024;

/** Connections the system holds for us between two accepts (the usual ceiling of Linux). */
export const LISTEN_BACKLOG = 511;

/** Bytes of outgoing packets a UDP socket may hold before it drops new ones, as a full network would. */
export const UDP_QUEUE_BYTES_MAX = 1024 * 1024;

/** Redirects that one request follows; trackers use one or two. */
export const REDIRECTS_MAX = 5;

/** Bytes of all header lines of a reply; Node's own default. */
export const HEADER_BYTES_MAX = 16 * 1024;

/** Characters of a URL; servers refuse more than this. */
export const URL_LENGTH_MAX = 8192;

/** Characters of a host name (RFC 1035). */
export const HOST_LENGTH_MAX = 253;

/** Characters of a foreign text repeated in an error detail. */
export const DETAIL_LENGTH_MAX = 200;
