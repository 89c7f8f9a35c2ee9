import type { PlaneCommand } from '@jstorrent/engine/ports';
import { describe, expect, it } from 'vitest';
import { OpenStores } from './open-stores.ts';

const open = (store: number): PlaneCommand => ({
  type: 'openStore',
  store,
  root: 'downloads',
  layout: { pieceLength: 16_384, files: [], hashes: new Uint8Array(0), algorithm: 'sha1' },
  wanted: new Uint8Array(0),
  preallocate: 'sparse',
  partials: [],
});
const close = (store: number): PlaneCommand => ({ type: 'closeStore', store });
const remove = (store: number, request: number): PlaneCommand => ({ type: 'deleteStore', store, request });

describe('open stores', () => {
  it('are closed when they were opened and nobody asked to close or delete them', () => {
    const stores = new OpenStores();
    expect(stores.none).toBe(true);
    stores.onCommands([open(1), open(2), open(3), close(2), remove(3, 7), close(9)]);
    expect(stores.closing()).toEqual([close(1)]);
    expect(stores.none).toBe(false);
  });

  it('are gone when closed, deleted, or never opened', () => {
    const stores = new OpenStores();
    stores.onCommands([open(1), open(2), open(3), remove(2, 7)]);
    stores.onEvents([
      { type: 'storeClosed', store: 1, files: [], partials: [] },
      { type: 'storeDone', store: 2, request: 7, files: [] },
      { type: 'storeFailed', store: 3, request: 0, code: 'UNKNOWN_ROOT', detail: '' },
    ]);
    expect(stores.none).toBe(true);
  });

  it('stay when a request fails or is about something else', () => {
    const stores = new OpenStores();
    stores.onCommands([open(1), open(2), remove(2, 7)]);
    stores.onEvents([
      { type: 'storeFailed', store: 2, request: 7, code: 'DENIED', detail: '' },
      { type: 'storeFailed', store: 1, request: 8, code: 'DENIED', detail: '' },
      { type: 'storeDone', store: 1, request: 9, files: [] },
    ]);
    expect(stores.closing()).toEqual([close(1), close(2)]);
  });
});
