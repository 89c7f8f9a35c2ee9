/** A look at a torrent, with a service that answers late, goes away and comes back. */
import { ControlError, runsOf, type ControlEvent, type PreviewView } from '@jstorrent/control';
import { expect, it } from 'vitest';
import type { Session } from '../model/session.ts';
import { PreviewStore } from './preview-store.ts';

const VIEW: PreviewView = {
  preview: 1,
  state: 'ready',
  problem: null,
  infoHash: 'd4e5f1b0a3c27b6e8f90a1b2c3d4e5f607189c27',
  name: 'Sintel',
  totalLength: 0,
  fileCount: 0,
  pieceCount: 0,
  pieceLength: 0,
  comment: '',
  createdBy: '',
  createdAt: null,
  private: false,
  trackers: 0,
  duplicate: false,
  newTrackers: 0,
  peers: 0,
  connecting: 0,
  metadataHave: 0,
  metadataParts: 0,
  sinceMs: 0,
  seeds: null,
  leeches: null,
  freeBytes: null,
};

/** A service with `count` files. After `hold`, previews are opened when the test lets them. */
function service(count: number, state: PreviewView['state'] = 'ready') {
  const events = new Set<(event: ControlEvent) => void>();
  const ready = new Set<() => void>();
  const calls: string[] = [];
  const held: (() => void)[] = [];
  let preview = 0;
  let failure: ControlError | null = null;
  let isHeld = false;
  const answer = (name: string, params: Record<string, number>): unknown => {
    if (failure !== null) throw failure;
    if (name === 'preview.open') return { ...VIEW, preview: (preview += 1), state };
    const files = Array.from({ length: count }, (_, index) => ({
      index: index * 2,
      path: ['Sintel', `f${index}`],
      length: 10,
      priority: index === 0 ? (0 as const) : (2 as const),
    }));
    const from = params['from'] ?? 0;
    return name === 'preview.files' ? { total: count, runs: runsOf(files.slice(from, from + 700)) } : {};
  };
  const call = async (name: string, params: Record<string, number>): Promise<unknown> => {
    calls.push(`${name} ${params['preview'] ?? ''}`.trim());
    if (isHeld && name === 'preview.open') await new Promise<void>((resolve) => held.push(resolve));
    return answer(name, params);
  };
  const session = {
    call,
    onEvent: (listener: (event: ControlEvent) => void) => {
      events.add(listener);
      return () => events.delete(listener);
    },
    onReady: (listener: () => void) => {
      ready.add(listener);
      listener();
      return () => ready.delete(listener);
    },
  } as unknown as Session;
  return {
    session,
    calls,
    hold: () => (isHeld = true),
    letGo: () => held.shift()?.(),
    fail: (error: ControlError | null) => (failure = error),
    comeBack: () => ready.forEach((listener) => listener()),
    tell: (some: Partial<PreviewView>) =>
      events.forEach((listener) => listener({ event: 'preview', preview: { ...VIEW, ...some } })),
  };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const filesOf = (store: PreviewStore) =>
  store.state.value.kind === 'open' ? (store.state.value.files?.files ?? null) : null;

it('reads all pages of files, and knows what the source wanted', async () => {
  const { session } = service(1500);
  const store = new PreviewStore(session, { kind: 'magnet', magnet: 'magnet:?' });
  await settle();
  expect(filesOf(store)).toHaveLength(1500);
  expect(store.isChanged).toBe(false);
  store.setPriority([0], 2);
  expect(store.isChanged).toBe(true);
  store.setPriority([0], 0);
  expect(store.isChanged).toBe(false);
});

it('shows how the search goes, and fills in when the files are known', async () => {
  const host = service(3, 'fetching');
  const store = new PreviewStore(host.session, { kind: 'magnet', magnet: 'magnet:?' });
  await settle();
  host.tell({ preview: 7, state: 'fetching', peers: 9 });
  host.tell({ state: 'fetching', peers: 3 });
  expect(store.state.value).toMatchObject({ kind: 'open', view: { peers: 3 }, files: null });
  host.tell({ state: 'ready' });
  await settle();
  expect(filesOf(store)).toHaveLength(3);
});

it('keeps what was chosen when the service comes back, under a new number', async () => {
  const host = service(3);
  const store = new PreviewStore(host.session, { kind: 'url', url: 'https://example.org/a.torrent' });
  await settle();
  store.setPriority([1], 3);
  host.comeBack();
  await settle();
  expect(store.state.value).toMatchObject({ kind: 'open', view: { preview: 2 } });
  expect(filesOf(store)?.map(({ priority }) => priority)).toEqual([0, 3, 2]);
});

it('closes what it opened, also when the answer comes after nobody looks any more', async () => {
  const host = service(3);
  const early = new PreviewStore(host.session, { kind: 'file', name: 'a', base64: '' });
  await settle();
  early.close();
  early.close();
  expect(host.calls.filter((call) => call.startsWith('preview.close'))).toEqual(['preview.close 1']);
  host.hold();
  const late = new PreviewStore(host.session, { kind: 'file', name: 'a', base64: '' });
  late.close();
  host.letGo();
  await settle();
  expect(host.calls.at(-1)).toBe('preview.close 2');
});

it('says why it failed, but for a connection that is made again', async () => {
  const host = service(3);
  host.fail(new ControlError('BAD_TORRENT'));
  const store = new PreviewStore(host.session, { kind: 'file', name: 'a', base64: '' });
  await settle();
  expect(store.state.value).toMatchObject({ kind: 'failed' });
  host.fail(new ControlError('CLOSED'));
  const other = new PreviewStore(host.session, { kind: 'file', name: 'a', base64: '' });
  await settle();
  expect(other.state.value).toEqual({ kind: 'opening' });
  host.fail(null);
  host.comeBack();
  await settle();
  expect(other.state.value).toMatchObject({ kind: 'open' });
});
