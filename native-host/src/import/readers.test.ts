import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { encodeBencode, type BencodeInput } from '@jstorrent/protocol';
import { expect, test } from 'vitest';
import { delugeId, readDeluge, readDelugeLabels, readDelugeStates } from './deluge.ts';
import { findSessions, type SessionsWorld } from './find-sessions.ts';
import { ImportError, type ImportedTorrent } from './imported.ts';
import { areComponents, componentsBelow, isAbsolutePath, trimPath } from './paths.ts';
import { isKind, readPickle, type PickleValue } from './pickle.ts';
import { readQBittorrent, readQueue } from './qbittorrent.ts';
import { readTransmission } from './transmission.ts';

const PIECE = 16_384;
const ID = '0123456789abcdef0123456789abcdef01234567';

type File = { readonly path: readonly string[]; readonly length: number };

/** A .torrent of these files; a piece of `pieceLength`. */
function torrent(files: readonly File[], pieceLength = PIECE): Uint8Array {
  const total = files.reduce((sum, { length }) => sum + length, 0);
  const pieces = new Uint8Array(20 * Math.ceil(total / pieceLength));
  return encodeBencode({
    announce: 'http://t.example/announce',
    info: { files, name: 'top', 'piece length': pieceLength, pieces },
  });
}

const FILES = [
  { path: ['a'], length: PIECE },
  { path: ['b'], length: PIECE },
  { path: ['c'], length: PIECE },
];

type Members = Readonly<Record<string, BencodeInput>>;

function qbittorrent(members: Members, files: readonly File[] = FILES): ImportedTorrent {
  const fastresume = encodeBencode({ save_path: '/data', ...members });
  return readQBittorrent({ id: ID, fastresume, torrent: torrent(files), queue: null });
}

function transmission(
  members: Members,
  files: readonly File[] = FILES,
  pieceLength = PIECE,
): ImportedTorrent {
  const resume = encodeBencode({ destination: '/data', ...members });
  return readTransmission({ resume, torrent: torrent(files, pieceLength), magnet: null });
}

test('pieces are a byte or a bit each, and anything else is checked anew', () => {
  const verified = (pieces: Uint8Array, more: Members = {}): Uint8Array | null =>
    qbittorrent({ pieces, ...more }).verified;
  expect(verified(Uint8Array.of(1, 0, 3))).toEqual(Uint8Array.of(0b1010_0000));
  expect(verified(Uint8Array.of(2, 0, 0))).toEqual(Uint8Array.of(0));
  expect(verified(Uint8Array.of(0b1100_0000))).toEqual(Uint8Array.of(0b1100_0000));
  expect(verified(Uint8Array.of(0b0011_1111))).toEqual(Uint8Array.of(0b0010_0000));
  expect(verified(new Uint8Array())).toEqual(Uint8Array.of(0));
  expect(verified(Uint8Array.of(1, 1))).toBeNull();
  expect(verified(Uint8Array.of(1, 1, 1), { seed_mode: 1 })).toBeNull();
  expect(qbittorrent({}).verified).toBeNull();
  const single = [{ path: ['a'], length: 5 }];
  expect(qbittorrent({ pieces: Uint8Array.of(0x80) }, single).verified).toEqual(Uint8Array.of(0x80));
  expect(qbittorrent({ pieces: Uint8Array.of(1) }, single).verified).toEqual(Uint8Array.of(0x80));
});

test('who was stopped stays stopped, who was forced stays forced, who waited in the queue runs', () => {
  expect(qbittorrent({ paused: 1, auto_managed: 0 }).intent).toBe('stop');
  expect(qbittorrent({ paused: 0, auto_managed: 0 }).intent).toBe('force');
  expect(qbittorrent({ paused: 1, auto_managed: 1 }).intent).toBe('run');
});

test('limits that are set for one torrent are taken over, those of the settings are not', () => {
  const goals = (ratio: number, seed: number): ImportedTorrent['goals'] =>
    qbittorrent({ 'qBt-ratioLimit': ratio, 'qBt-seedingTimeLimit': seed }).goals;
  expect(goals(-2000, -2)).toBeNull();
  expect(goals(-1000, -1)).toEqual({ ratio: null, seedMinutes: null, idleMinutes: null, action: 'stop' });
  expect(goals(1500, -2)).toEqual({ ratio: 1.5, seedMinutes: null, idleMinutes: null, action: 'stop' });
  const idle = { 'idle-limit': { 'idle-limit': 30, 'idle-mode': 1 } };
  expect(transmission(idle).goals).toMatchObject({ ratio: null, idleMinutes: 30 });
  const ratio = { 'ratio-limit': { 'ratio-limit': '1.25', 'ratio-mode': 1 } };
  expect(transmission(ratio).goals).toMatchObject({ ratio: 1.25, idleMinutes: null });
  const hostile = { 'ratio-limit': { 'ratio-limit': '1e999', 'ratio-mode': 1 } };
  expect(transmission(hostile).goals).toMatchObject({ ratio: null });
});

test('a file under another name is renamed, an unfinished one loses its suffix when it is done', () => {
  const mapped = ['top/a', 'elsewhere/new b.!qB', ''];
  expect(qbittorrent({ mapped_files: mapped })).toMatchObject({
    renamed: [{ file: 1, path: ['elsewhere', 'new b'] }],
    unfinished: [{ file: 1, path: ['elsewhere', 'new b.!qB'] }],
    warnings: [],
  });
  expect(transmission({ files: ['x/a', '', ''] }).renamed).toEqual([{ file: 0, path: ['x', 'a'] }]);
});

test('no name leads out of the folder', () => {
  for (const path of [
    '../a',
    '/etc/passwd',
    'top/../../a',
    '/data2/a',
    'a//b',
    './a',
    `top/${'x'.repeat(300)}`,
  ]) {
    const { renamed, warnings } = qbittorrent({ mapped_files: [path, '', ''] });
    expect(renamed, path).toEqual([]);
    expect(warnings, path).toEqual([
      "top/a lies outside of the torrent's folder and will be downloaded again.",
    ]);
  }
  expect(qbittorrent({ mapped_files: ['/data/in/a', '', ''] }).renamed).toEqual([
    { file: 0, path: ['in', 'a'] },
  ]);
});

test('a file whose name we would change is found under the name it has', () => {
  const { renamed } = transmission({}, [{ path: ['what?.txt'], length: 10 }]);
  expect(renamed).toEqual([{ file: 0, path: ['top', 'what?.txt'] }]);
});

test('data without an absolute folder is refused', () => {
  for (const path of ['', 'data', '~/data', '/data/../etc', 'C:data', `/${'x'.repeat(5000)}`]) {
    expect(() => qbittorrent({ save_path: path }), path).toThrow(ImportError);
    expect(() => transmission({ destination: path }), path).toThrow(ImportError);
  }
});

test('a torrent that would still be moved says where it stays', () => {
  const { folder, warnings } = qbittorrent({ save_path: '/tmp/incomplete', 'qBt-savePath': '/data' });
  expect(folder).toBe('/tmp/incomplete');
  expect(warnings).toEqual([
    'qBittorrent would move it to /data when it is complete; here it stays where it is.',
  ]);
  expect(qbittorrent({ 'qBt-savePath': '/data/' }).warnings).toEqual([]);
});

test('blocks of Transmission give the pieces whose blocks are all there', () => {
  const progress = (blocks: string | Uint8Array, more: Members = {}): Uint8Array | null =>
    transmission({ progress: { blocks, ...more } }, [{ path: ['a'], length: 4 * PIECE }], 2 * PIECE).verified;
  expect(progress('all')).toEqual(Uint8Array.of(0b1100_0000));
  expect(progress('none')).toEqual(Uint8Array.of(0));
  expect(progress(Uint8Array.of(0b1110_0000))).toEqual(Uint8Array.of(0b1000_0000));
  expect(progress(Uint8Array.of(0b0111_0000))).toEqual(Uint8Array.of(0b0100_0000));
  expect(progress('all', { pieces: Uint8Array.of(0b0100_0000) })).toEqual(Uint8Array.of(0b0100_0000));
  expect(progress('all', { pieces: 'none' })).toEqual(Uint8Array.of(0));
  expect(progress(new Uint8Array(50))).toBeNull();
  expect(transmission({}).verified).toBeNull();
});

test('a huge torrent that is complete is read at once', () => {
  const length = 512 * 1024 * 1024;
  const files = Array.from({ length: 100 }, (_, i) => ({ path: [String(i)], length: 20 * length }));
  const { verified, unfinished } = transmission({ progress: { blocks: 'all' } }, files, length);
  expect(verified).toEqual(new Uint8Array(250).fill(0xff));
  expect(unfinished).toEqual([]);
});

test('unfinished data of Transmission is looked for where it is kept until it is complete', () => {
  const members = { 'incomplete-dir': '/tmp/incomplete' };
  expect(transmission({ ...members, progress: { blocks: 'none' } }).folder).toBe('/tmp/incomplete');
  expect(transmission({ ...members, progress: { blocks: 'all' } }).folder).toBe('/data');
});

test('a magnet link of Transmission 4 stands in a file of its own', () => {
  const resume = encodeBencode({ destination: '/data', paused: 0 });
  const magnet = `magnet:?xt=urn:btih:${ID}&dn=x\n`;
  const read = readTransmission({ resume, torrent: null, magnet });
  expect(read).toMatchObject({ id: ID, verified: null, source: { kind: 'magnet', magnet: magnet.trim() } });
  expect(() => readTransmission({ resume, torrent: null, magnet: 'magnet:?dn=x' })).toThrow(ImportError);
  expect(() => readTransmission({ resume, torrent: null, magnet: null })).toThrow(
    'Its .torrent file is missing.',
  );
});

test('times, rates and counts out of range count as none', () => {
  const odd = {
    added_time: 2 ** 50,
    completed_time: -5,
    total_uploaded: -1,
    download_rate_limit: -1,
    max_connections: -1,
  };
  expect(qbittorrent(odd)).toMatchObject({
    addedAt: null,
    completedAt: null,
    uploaded: 0,
    downLimit: 0,
    connections: null,
  });
  expect(qbittorrent({ total_downloaded: 2 ** 40, added_time: 1_700_000_000 })).toMatchObject({
    downloaded: 2 ** 40,
    addedAt: 1_700_000_000_000,
  });
});

test('the order of a queue is a position per line, whatever else stands there', () => {
  const other = 'f'.repeat(40);
  expect([...readQueue(`${ID.toUpperCase()}\r\nnonsense\n\n${other}\n${ID}\n`)]).toEqual([
    [ID, 0],
    [other, 1],
  ]);
});

const STATES = new Uint8Array(
  readFileSync(fileURLToPath(new URL('./fixtures/deluge/state/torrents.state', import.meta.url))),
);

test('the states of Deluge have names and values, and nothing is run', () => {
  const states = readDelugeStates(STATES);
  expect(states.map(delugeId)).toContain(ID);
  const calling = new TextEncoder().encode("cos\nsystem\n(S'touch /tmp/never'\ntR.");
  expect(() => readDelugeStates(calling)).toThrow(ImportError);
});

test('Deluge without resume data is checked first, and says so', () => {
  const state = new Map<PickleValue, PickleValue>([
    ['torrent_id', ID],
    ['save_path', '/data/'],
    ['paused', true],
    ['file_priorities', { kind: 'list', items: [0, 1, 7] }],
    ['max_upload_speed', 12.5],
    ['stop_at_ratio', true],
    ['stop_ratio', 3],
    ['remove_at_ratio', true],
    ['move_completed', true],
    ['move_completed_path', '/done'],
  ]);
  const read = readDeluge({ state, resume: null, torrent: torrent(FILES), label: 'films' });
  expect(read).toMatchObject({
    folder: '/data',
    verified: null,
    intent: 'stop',
    priorities: [0, 1, 3],
    upLimit: 12_800,
    labels: ['films'],
    goals: { ratio: 3, seedMinutes: null, idleMinutes: null, action: 'remove' },
    warnings: [
      'Its resume data is missing or damaged: its files are checked first.',
      'Deluge would move it to /done when it is complete; here it stays where it is.',
    ],
  });
});

test('labels of Deluge stand behind a version', () => {
  const conf = `{\n "file": 1,\n "format": 1\n}{\n "labels": {}, "torrent_labels": {"${ID}": "films", "x": 5}\n}`;
  expect([...readDelugeLabels(conf)]).toEqual([[ID, 'films']]);
  for (const damaged of ['', '{', '{}', '{}null', '{}{"torrent_labels":7}']) {
    expect(readDelugeLabels(damaged).size).toBe(0);
  }
});

const pickle = (text: string): PickleValue =>
  readPickle(
    Uint8Array.from(text, (letter) => letter.charCodeAt(0)),
    new Set(['m.C', 'copy_reg._reconstructor', '__builtin__.object']),
  );

test('a pickle of every protocol is read as data', () => {
  expect(pickle('I5\n.')).toBe(5);
  expect(pickle('I01\n.')).toBe(true);
  expect(pickle('F2.5\n.')).toBe(2.5);
  expect(pickle("S'a\\'b'\n.")).toBe("a'b");
  expect(pickle('V\\u00e9x\n.')).toBe('éx');
  expect(pickle('L-12L\n.')).toBe(-12);
  expect(pickle('\x80\x02\x8a\x02\x00\xff.')).toBe(-256);
  expect(pickle('\x80\x04\x95\x05\0\0\0\0\0\0\0\x8c\x02hi.')).toBe('hi');
  expect(pickle('(lp0\nI1\naI2\na.')).toEqual({ kind: 'list', items: [1, 2] });
  expect(pickle("(dp0\nS'k'\nI1\ns.")).toEqual(new Map([['k', 1]]));
  const old = pickle("ccopy_reg\n_reconstructor\n(cm\nC\nc__builtin__\nobject\nNtR(dS'k'\nI1\nsb.");
  expect(isKind(old, 'object') && old.of === 'm.C' && old.members.get('k')).toBe(1);
  const instance = pickle("(im\nC\n(dS'k'\nNsb.");
  expect(isKind(instance, 'object') && instance.members.get('k')).toBeNull();
});

test('a pickle that contains itself is read once and for all', () => {
  const value = pickle('(lp0\ng0\na.');
  expect(isKind(value, 'list') && value.items[0] === value).toBe(true);
});

test('a pickle that names, calls or contains anything else is refused', () => {
  const hostile = [
    '',
    '.',
    'cos\nsystem\n.',
    '\x8c\x02os\x8c\x06system\x93.',
    "cm\nC\n(S'x'\ntR.",
    '\x80\x06N.',
    'h\x05.',
    'X\xff\xff\xff\xff.',
    '(.',
    'a.',
    'Ia\n.',
    '\x8a\x09aaaaaaaaa.',
    '\x82\x01.',
    'Pid\n.',
    'NNb.',
    "(S'k'\nd.",
  ];
  for (const text of hostile) expect(() => pickle(text), JSON.stringify(text)).toThrow(ImportError);
});

test('paths are read the way their platform writes them', () => {
  expect(isAbsolutePath('C:\\a')).toBe(true);
  expect(isAbsolutePath('\\\\server\\share')).toBe(true);
  expect(isAbsolutePath('C:\\a\\..\\b')).toBe(false);
  expect(isAbsolutePath('/a\0')).toBe(false);
  expect(trimPath('C:\\')).toBe('C:\\');
  expect(trimPath('/')).toBe('/');
  expect(trimPath('/a//')).toBe('/a');
  expect(componentsBelow('C:\\d', 'top\\a')).toEqual(['top', 'a']);
  expect(componentsBelow('C:\\d', 'C:\\d\\top\\a')).toEqual(['top', 'a']);
  expect(componentsBelow('/d', 'a\\b')).toEqual(['a\\b']);
  expect(areComponents(Array.from({ length: 65 }, () => 'a'))).toBe(false);
});

test('sessions are found where each platform keeps them', async () => {
  const find = async (world: Omit<SessionsWorld, 'isThere'>, there: readonly string[]): Promise<unknown> =>
    findSessions({ ...world, isThere: async (path) => there.includes(path) });
  const linux = { platform: 'linux', env: {}, home: '/home/u' };
  expect(
    await find(linux, [
      '/home/u/.local/share/qBittorrent/BT_backup',
      '/home/u/.local/share/qBittorrent/torrents.db',
      '/var/lib/transmission-daemon/.config/transmission-daemon/resume',
      '/home/u/.config/deluge/state/torrents.state',
    ]),
  ).toEqual([
    { client: 'qbittorrent', path: '/home/u/.local/share/qBittorrent' },
    { client: 'transmission', path: '/var/lib/transmission-daemon/.config/transmission-daemon' },
    { client: 'deluge', path: '/home/u/.config/deluge' },
  ]);
  expect(await find({ ...linux, env: { XDG_DATA_HOME: '/x' } }, ['/x/qBittorrent/torrents.db'])).toEqual([
    { client: 'qbittorrent', path: '/x/qBittorrent' },
  ]);
  const mac = { platform: 'darwin', env: {}, home: '/Users/u' };
  const support = '/Users/u/Library/Application Support';
  // Capitals do not count there: the same folder answers to both names.
  expect(await find(mac, [`${support}/Transmission/Resume`, `${support}/Transmission/resume`])).toEqual([
    { client: 'transmission', path: `${support}/Transmission` },
  ]);
  const windows = { platform: 'win32', env: { APPDATA: 'C:\\R', LOCALAPPDATA: 'C:\\L' }, home: 'C:\\U' };
  expect(
    await find(windows, ['C:\\L\\qBittorrent\\BT_backup', 'C:\\R\\deluge\\state\\torrents.state']),
  ).toEqual([
    { client: 'qbittorrent', path: 'C:\\L\\qBittorrent' },
    { client: 'deluge', path: 'C:\\R\\deluge' },
  ]);
  expect(await find(linux, [])).toEqual([]);
});
