/**
 * Who the host and the extensions are to a browser. Decides names and ids; who is served is decided by the connector. Imports
 * nothing: the extension reads it too.
 */

/** What the extension asks a browser for: lower-case letters, digits, `_` and `.` are allowed. */
export const HOST_NAME = 'com.jstorrent.host';

/** Shown by nobody; a browser refuses a host without one. */
export const HOST_DESCRIPTION = 'JSTorrent downloads and seeds torrents on this computer';

/** `key` of the Chromium extension's manifest: its RSA public key (SPKI, base64). It fixes the extension's id. */
export const EXTENSION_PUBLIC_KEY =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAyN34mJMHRA0Ko7IELQq/Wk5Gnwcg9slkGGRoO0UmKTmmVb7N7FMC8jEt' +
  'e/5wRfBtpHZMO+yRJXgSZII9ETsH/NZJxNMkgWP8thRRcCa09oB0aFLKbpFMQeiKSEOGz7iIg871aRRGF9DII6q5ewQMeUeKaaRf' +
  '5PXY+zrHJhUI01ou+/sZwmoGCdTEPCgvyuSYZh+A7lHjejM4bdxLSb+1Votp0OfUQYhGZIosF7uRjFQULpx4WMS+rMHsaaM97Ujk' +
  'h3zrCa4KGIfJAktBcJACaXGuUwuCj7DB7lf2fdDMaRuNBizqc3r1vucPL+2vIgxcrXxYGKMHUXMD+Kh7Hq+OXwIDAQAB';

/** Id of the Chromium extension: the first 128 bits of the key's SHA-256 as letters from a to p. */
export const CHROMIUM_EXTENSION_ID = 'ajmmbpnamdbcjcbhjafkchdoaaahdodc';

/** Id of the Firefox extension (`browser_specific_settings.gecko.id`). */
export const FIREFOX_EXTENSION_ID = 'jstorrent@jstorrent.com';

/** Extensions that may talk to the service, by family of browsers. */
export const ALLOWED_CALLERS = {
  chromium: [CHROMIUM_EXTENSION_ID],
  firefox: [FIREFOX_EXTENSION_ID],
} as const;
