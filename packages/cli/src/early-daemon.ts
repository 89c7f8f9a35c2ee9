/**
 * An io-daemon that begins before anybody is there to use it: it starts in the time that the rest of the program takes to
 * load. Decides what is kept until then; what happens afterwards is its adopter's business.
 */
import { spawnDaemon, type Daemon, type SpawnOptions } from '@jstorrent/io-daemon/spawn';

/** The key of the one folder that torrents are kept in. */
export const ROOT = 'downloads';

/** What an adopter hears from then on. */
type DaemonOwner = Pick<SpawnOptions, 'onEvents' | 'onReady' | 'onLost' | 'log'>;

/** A daemon without an owner; `stop` ends it whether it was adopted or not. */
export interface EarlyDaemon extends Pick<Daemon, 'plane' | 'stop'> {
  /** To be called once. What happened before is told at once. */
  adopt(owner: DaemonOwner): void;
}

/** Start a daemon; `roots` are absolute paths by key, looked at when they are used. */
export function beginDaemon(roots: Readonly<Record<string, string>>): EarlyDaemon {
  let owner: DaemonOwner | null = null;
  let untold: ((owner: DaemonOwner) => void)[] = [];
  const tell = (news: (owner: DaemonOwner) => void): void => {
    if (owner === null) untold.push(news);
    else news(owner);
  };
  const daemon = spawnDaemon({
    roots,
    onEvents: (events) => tell((to) => to.onEvents(events)),
    onReady: () => tell((to) => to.onReady()),
    onLost: (reason) => tell((to) => to.onLost(reason)),
    log: (line) => tell((to) => to.log(line)),
  });
  return {
    plane: daemon.plane,
    stop: () => daemon.stop(),
    adopt: (adopter) => {
      owner = adopter;
      for (const news of untold) news(adopter);
      untold = [];
    },
  };
}
