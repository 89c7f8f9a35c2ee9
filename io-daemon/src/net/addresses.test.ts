import { describe, expect, it } from 'vitest';
import { classifyAddress } from './addresses.ts';

describe('address classes', () => {
  it.each([
    '1.1.1.1',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '::ffff:1.1.1.1',
    '64:ff9b::101:101',
    '2002:101:101::1',
  ])('finds %s public', (address) => expect(classifyAddress(address)).toBe('public'));
  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '64:ff9b::10.1.2.3',
    '2002:7f00:1::1',
    '2002:c0a8:101::',
  ])('finds %s local', (address) => expect(classifyAddress(address)).toBe('local'));
  it.each([
    '0.0.0.0',
    '169.254.169.254',
    '224.0.0.1',
    '255.255.255.255',
    '240.0.0.1',
    '::',
    '::7f00:1',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::',
    'localhost',
    '',
    '0x7f.1',
  ])('finds %s forbidden', (address) => expect(classifyAddress(address)).toBe('forbidden'));
});
