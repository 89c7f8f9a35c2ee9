import { createHash, createPublicKey } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  CHROMIUM_EXTENSION_ID,
  EXTENSION_PUBLIC_KEY,
  FIREFOX_EXTENSION_ID,
  HOST_DESCRIPTION,
  HOST_NAME,
} from './identity.ts';

test("the extension's id follows from its public key as browsers derive it", () => {
  const key = Buffer.from(EXTENSION_PUBLIC_KEY, 'base64');
  const digits = createHash('sha256').update(key).digest('hex').slice(0, 32);
  const id = Array.from(digits, (digit) => String.fromCharCode(0x61 + Number.parseInt(digit, 16))).join('');
  expect(id).toBe(CHROMIUM_EXTENSION_ID);
  const parsed = createPublicKey({ key, format: 'der', type: 'spki' });
  expect(parsed.asymmetricKeyType).toBe('rsa');
  expect(parsed.asymmetricKeyDetails?.modulusLength).toBe(2048);
});

test('names are what browsers accept', () => {
  expect(HOST_NAME).toMatch(/^[a-z0-9_]+(\.[a-z0-9_]+)+$/);
  expect(FIREFOX_EXTENSION_ID).toMatch(/^[a-z0-9-._]*@[a-z0-9-._]+$/i);
  expect(HOST_DESCRIPTION).not.toBe('');
});
