import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLog } from '../log/rotating-log.ts';
import { ServiceLog, withoutSecrets } from './service-log.ts';

test('a log rotates and never grows beyond its bounds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jstorrent-log-'));
  const log = openLog({ folder, name: 'service', files: 3, bytes: 2000 });
  for (let line = 0; line < 500; line += 1) log.write(`line ${line}`);
  expect(existsSync(join(folder, 'service.3.log'))).toBe(false);
  for (const name of ['service.log', 'service.1.log', 'service.2.log']) {
    expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(2000);
    expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
  }
  expect(readFileSync(join(folder, 'service.log'), 'utf8')).toMatch(/line 499\n$/);
});

test('a line is one line, whatever is in it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jstorrent-log-'));
  const log = openLog({ folder, name: 'service', files: 2, bytes: 100_000 });
  log.write(`a\nb\r\u001B[31mc\u0000${'x'.repeat(9000)}`);
  const text = readFileSync(join(folder, 'service.log'), 'utf8');
  expect(text.split('\n').length).toBe(2);
  expect(text).toMatch(/^\S+ a b \[31mc x+\n$/);
  expect(text.length).toBeLessThan(4200);
});

test('a folder that takes no writes silences the log', () => {
  const log = openLog({ folder: '/dev/null/x', name: 'service', files: 2, bytes: 1000 });
  expect(() => log.write('lost')).not.toThrow();
});

test('secrets of trackers do not stand in lines', () => {
  for (const [text, shown] of [
    ['http://t.example/announce?passkey=abcdef0123456789', 'http://t.example/announce?passkey=abc…'],
    ['https://t.example/0123456789abcdef0123456789abcdef/announce', 'https://t.example/012…/announce'],
    ['https://user:word@t.example/announce', 'https://…@t.example/announce'],
    ['udp://t.example:80/announce?auth_token=xyz123&x=1', 'udp://t.example:80/announce?auth_token=xyz…&x=1'],
    ['Nothing to hide in /home/user/downloads', 'Nothing to hide in /home/user/downloads'],
  ] as const) {
    expect(withoutSecrets(text)).toBe(shown);
  }
});

test('front ends get the last lines of a level and torrent', () => {
  const lines: string[] = [];
  const log = new ServiceLog({ write: (line) => lines.push(line) }, () => 7);
  log.say('info', 'A', 'one');
  log.say('problem', 'B', 'two', 'ff'.repeat(20));
  log.say('notable', 'C', 'three');
  expect(lines).toEqual([`problem B ffffffff two`, 'notable C three']);
  expect(log.last(10, 'notable', null).map(({ code }) => code)).toEqual(['B', 'C']);
  expect(log.last(1, 'info', null)).toEqual([{ at: 7, level: 'notable', code: 'C', text: 'three' }]);
  expect(log.last(10, 'info', 'ff'.repeat(20)).map(({ code }) => code)).toEqual(['B']);
  for (let line = 0; line < 5000; line += 1) log.say('info', 'D', `${line}`);
  expect(log.last(10_000, 'info', null).length).toBeLessThan(2000);
});
