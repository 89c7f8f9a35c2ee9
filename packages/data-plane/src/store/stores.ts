/**
 * The table of stores: carries out the store commands and owns what all stores share (memory, write queue, checks).
 */
import {
  BLOCK_LENGTH,
  type DiskFigures,
  type LayoutFile,
  type PlaneFigures,
  type StoreCommand,
  type StoreId,
} from '@jstorrent/engine/ports';
import { assert } from '../assert.ts';
import type { EventBatch } from '../events.ts';
import type { Limits } from '../limits.ts';
import type { Pacing } from '../pacing/pacing.ts';
import type { Disk, Scheduler } from '../ports.ts';
import { Arena } from './arena.ts';
import { Checks } from './checks.ts';
import { checkRoom, checkStore } from './invariants.ts';
import { JobQueue } from './jobs.ts';
import { geometryOf, isSafeFolder, isSafePath } from './layout.ts';
import { Room } from './room.ts';
import { Store } from './store.ts';

type Of<Type extends StoreCommand['type']> = Extract<StoreCommand, { type: Type }>;

/** What the stores are built from. */
export interface StoresParts {
  readonly disk: Disk;
  readonly events: EventBatch;
  readonly limits: Limits;
  readonly pacing: Pacing;
  readonly scheduler: Scheduler;
}

/** All open stores. */
export class Stores {
  readonly #parts: StoresParts;
  readonly #arena: Arena;
  readonly #room: Room;
  readonly #jobs: JobQueue;
  readonly #checks: Checks;
  readonly #stores = new Map<StoreId, Store>();

  constructor(parts: StoresParts) {
    this.#parts = parts;
    this.#arena = new Arena(parts.disk.arena.length, parts.limits.chunkBytes);
    this.#room = new Room(this.#arena, parts.scheduler);
    this.#jobs = new JobQueue(this.#room, parts.limits.maxWriteJobs);
    this.#checks = new Checks(parts.events, parts.disk.lanes, parts.limits.checkBytes);
  }

  /** A store that links may feed; null when there is none (any more). */
  get(id: StoreId): Store | null {
    const store = this.#stores.get(id);
    return store?.isUsable === true ? store : null;
  }

  /** Carry out one command. */
  submit(command: StoreCommand): void {
    if (command.type === 'openStore') {
      this.#open(command);
      return;
    }
    const store = this.get(command.store);
    if (store === null) {
      this.#refuse(command);
      return;
    }
    this.#carryOut(store, command);
  }

  /** What they hold of memory and of the disk's time. */
  figures(): Omit<PlaneFigures, keyof DiskFigures> {
    return {
      bufferBytes: this.#parts.disk.arena.length,
      bufferUsed: this.#arena.usedBlocks * BLOCK_LENGTH,
      writesWaiting: this.#jobs.waiting,
      writesRunning: this.#jobs.running,
      linksWaiting: this.#room.waiting,
      checksRunning: this.#checks.running,
      stores: this.#stores.size,
    };
  }

  /**
   * Throws when a counter disagrees with what it counts; `receiving` is the number of blocks that links receive now,
   * `attached` the number of links that feed a store.
   */
  checkInvariants(receiving: number, attached: number): void {
    checkRoom([...this.#stores.values()], this.#arena, this.#room, receiving);
    let known = 0;
    for (const store of this.#stores.values()) {
      checkStore(store);
      known += store.links.size;
    }
    assert(known === attached, `stores know ${known} links, ${attached} feed one`);
  }

  #carryOut(store: Store, command: Exclude<StoreCommand, { type: 'openStore' }>): void {
    switch (command.type) {
      case 'closeStore':
        this.#close(store, null);
        break;
      case 'deleteStore':
        this.#close(store, command.request);
        break;
      case 'check':
        this.#checks.start(store, 'check', command);
        break;
      case 'hashPieces':
        this.#checks.start(store, 'hash', command);
        break;
      case 'stopCheck':
        this.#checks.stop(store);
        break;
      case 'sync':
        store.sync(command.request);
        break;
      case 'discard':
        store.pieces.discard(command.piece);
        break;
      case 'retryStore':
        store.retry();
        break;
      case 'setWanted':
        store.change(command.request, (files, answer) => files.setWanted(command.wanted, answer));
        break;
      case 'moveStore':
        this.#move(store, command);
        break;
      case 'cancelMove':
        store.cancelMove();
        break;
      case 'settleStore':
        store.settle();
        break;
      case 'renameFiles':
        this.#rename(store, command);
        break;
    }
  }

  #open(command: Of<'openStore'>): void {
    const { store: id, layout } = command;
    assert(id > 0 && !this.#stores.has(id), `store ${id} is open already`);
    const geometry = isSafeFolder(command.folder) ? geometryOf(layout, this.#parts.limits) : 'folder';
    if (typeof geometry === 'string') {
      this.#badLayout(id, geometry);
      return;
    }
    const store = new Store({
      id,
      layout,
      geometry,
      room: this.#room,
      jobs: this.#jobs,
      slabBlocks: this.#arena.slabBlocks,
      tell: (event) => this.#parts.events.push(event),
      onCheckable: () => this.#checks.pump(),
      onGone: () => {
        this.#checks.drop(store);
        this.#stores.delete(id);
        this.#parts.pacing.drop(id);
      },
    });
    if (!command.partials.every((partial) => store.pieces.restore(partial))) {
      this.#badLayout(id, 'partial pieces');
      return;
    }
    this.#stores.set(id, store);
    const { root, folder, isSaved, wanted, preallocate } = command;
    this.#parts.disk.open(
      { place: { root, folder }, isSaved, layout, wanted, preallocate },
      {
        onDone: (opened) => store.opened(opened),
        onError: (error) => store.openFailed(error),
      },
    );
  }

  #close(store: Store, deleting: number | null): void {
    this.#checks.drop(store);
    store.close(deleting);
  }

  #rename(store: Store, { request, renames }: Of<'renameFiles'>): void {
    const { files } = store.layout;
    const isSound = renames.every(({ file, path }) => isRenamable(files[file]) && isSafePath(path));
    if (isSound) store.change(request, (own, answer) => own.rename(renames, answer));
    else this.#fail(store.id, request, 'PATH_ESCAPES', 'rename');
  }

  #move(store: Store, { request, root, folder }: Of<'moveStore'>): void {
    if (isSafeFolder(folder)) store.move(request, { root, folder });
    else this.#fail(store.id, request, 'PATH_ESCAPES', 'move');
  }

  #badLayout(id: StoreId, detail: string): void {
    this.#parts.pacing.drop(id);
    this.#fail(id, 0, 'BAD_LAYOUT', detail);
  }

  /** No such store: a command that asks is answered, others crossed its end. */
  #refuse(command: StoreCommand): void {
    if (!('request' in command)) return;
    this.#fail(
      command.store,
      command.request,
      this.#stores.has(command.store) ? 'BUSY' : 'NOT_FOUND',
      command.type,
    );
  }

  #fail(
    store: StoreId,
    request: number,
    code: 'BAD_LAYOUT' | 'PATH_ESCAPES' | 'BUSY' | 'NOT_FOUND',
    detail: string,
  ): void {
    this.#parts.events.push({ type: 'storeFailed', store, request, code, detail, missing: 0 });
  }
}

function isRenamable(file: LayoutFile | undefined): boolean {
  return file !== undefined && file.kind !== 'pad';
}
