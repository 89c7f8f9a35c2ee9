import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientName, makePeerId, PEER_ID_PREFIX } from './peer-id.ts';
import { anyBytes, ascii, exactBytes, RUNS } from './testing/hostile.ts';

test('our peer id is 20 characters that survive every log, and names us', () => {
  fc.assert(
    fc.property(exactBytes(12), (random) => {
      const id = makePeerId(random);
      expect(id.length).toBe(20);
      const text = String.fromCharCode(...id);
      expect(text.startsWith(PEER_ID_PREFIX)).toBe(true);
      expect(text).toMatch(/^[A-Za-z0-9_-]{20}$/);
      expect(clientName(id)).toBe('JSTorrent 0.1');
    }),
    RUNS,
  );
});

test('common clients are known by name', () => {
  const known = {
    '-qB5210-abcdefghijkl': 'qBittorrent 5.2.1',
    '-TR4100-abcdefghijkl': 'Transmission 4.1',
    '-lt0D60-abcdefghijkl': 'rTorrent 0.13.6',
    '-LT20B0-abcdefghijkl': 'libtorrent 2.0.11',
    '-XX1234-abcdefghijkl': 'XX 1.2.3.4',
    'A2-1-37-0-abcdefghij': 'aria2 1.37.0',
    'M7-10-0--abcdefghijk': 'BitTorrent 7.10.0',
    'S58B-----abcdefghijk': 'Shadow 5.8.11',
  };
  for (const [id, name] of Object.entries(known)) expect(clientName(ascii(id))).toBe(name);
});

test('an id that tells nothing has no name, whatever its bytes', () => {
  expect(clientName(new Uint8Array(20))).toBeNull();
  fc.assert(
    fc.property(anyBytes(40), (bytes) => {
      const name = clientName(bytes);
      expect(name === null || /^[ -~µ]{1,40}$/.test(name)).toBe(true);
    }),
    RUNS,
  );
});
