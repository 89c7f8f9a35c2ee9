/** A torrent to try: free to share, small, and shared by many for years. */

/** Sintel, a film of the Blender Foundation under CC BY 3.0. */
export const SAMPLE = {
  name: 'Sintel',
  bytes: 129_302_391,
  magnet:
    'magnet:?xt=urn:btih:08ada5a7a6183aae1e09d831df6748d566095a10&dn=Sintel&tr=udp%3A%2F%2Ftracker.opentrackr.org%3A1337&tr=udp%3A%2F%2Fexplodie.org%3A6969&tr=udp%3A%2F%2Ftracker.torrent.eu.org%3A451&ws=https%3A%2F%2Fwebtorrent.io%2Ftorrents%2F',
} as const;
