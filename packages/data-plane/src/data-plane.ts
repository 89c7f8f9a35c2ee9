/**
 * Puts the data plane together and routes each command to the table that carries it out.
 */
import type { FolderCommand, Plane, PlaneCommand, PlaneEventHandler } from '@jstorrent/engine/ports';
import { EventBatch } from './events.ts';
import { Folders } from './folders.ts';
import type { Limits } from './limits.ts';
import { limitsWith } from './limits.ts';
import { Links } from './links/links.ts';
import { Net } from './net.ts';
import { Pacing } from './pacing/pacing.ts';
import type { CipherFactory, CopyBytes, Disk, Network, Scheduler } from './ports.ts';
import { Stores } from './store/stores.ts';
import { WebLinks } from './web/web-links.ts';

/** What a data plane is built from. */
export interface DataPlaneOptions {
  readonly network: Network;
  readonly disk: Disk;
  readonly scheduler: Scheduler;
  readonly copy: CopyBytes;
  /** Stream ciphers by the name the engine uses in `upgrade`. */
  readonly ciphers: Readonly<Record<string, CipherFactory>>;
  /** Changes to `DEFAULT_LIMITS`. */
  readonly limits?: Partial<Limits>;
  /** Gets all events of a turn at its end. */
  readonly onEvents: PlaneEventHandler;
}

/** The bulk path behind the engine's `Plane` port. */
export interface DataPlane extends Plane {
  /** Read nothing more from peers and drop packets: the receiver of events does not keep up. */
  pauseReading(): void;
  /** Go on after `pauseReading`. */
  resumeReading(): void;
  /** Recompute every counter; throws when one disagrees. For simulations, after each turn. */
  checkInvariants(): void;
}

/** A data plane over the given network and disk. Throws on contradicting limits, and later on commands that are bugs. */
export function createDataPlane(options: DataPlaneOptions): DataPlane {
  const { network, disk, scheduler, copy, ciphers, onEvents } = options;
  const limits = limitsWith(options.limits ?? {});
  const events = new EventBatch(scheduler, onEvents);
  const pacing = new Pacing(scheduler);
  const stores = new Stores({ disk, events, limits, pacing, scheduler });
  const { arena } = disk;
  const links = new Links({ network, events, limits, pacing, copy, arena, ciphers, stores });
  const webLinks = new WebLinks({ network, events, limits, pacing, copy, arena, stores });
  const net = new Net(network, events);
  const folders = new Folders({ disk, events, limits });

  const route = (command: PlaneCommand): void => {
    if (command.type === 'limit') pacing.limit(command.store, command.down, command.up);
    else if ('link' in command || 'listener' in command) {
      if (webLinks.owns(command)) webLinks.submit(command);
      else links.submit(command);
    } else if ('store' in command) stores.submit(command);
    else if (isFolderCommand(command)) folders.submit(command);
    else if (command.type === 'askFigures') {
      events.push({ type: 'figures', request: command.request, ...disk.figures(), ...stores.figures() });
    } else net.submit(command);
  };

  return {
    submit: (commands) => {
      for (const command of commands) route(command);
      links.flush();
    },
    pauseReading: () => {
      net.isHeld = true;
      links.hold(true);
      webLinks.hold(true);
    },
    resumeReading: () => {
      net.isHeld = false;
      links.hold(false);
      webLinks.hold(false);
    },
    checkInvariants: () => {
      stores.checkInvariants(links.placing + webLinks.placing, links.attached + webLinks.attached);
      links.checkInvariants();
      webLinks.checkInvariants();
    },
  };
}

const FOLDER_COMMANDS: ReadonlySet<string> = new Set<FolderCommand['type']>([
  'setRoot',
  'dropRoot',
  'listFolder',
  'makeFolder',
  'freeSpace',
  'readFile',
  'renameEntry',
]);

function isFolderCommand(command: PlaneCommand): command is FolderCommand {
  return FOLDER_COMMANDS.has(command.type);
}
