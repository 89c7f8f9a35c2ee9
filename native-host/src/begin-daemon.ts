/**
 * An io-daemon that begins before anybody is there to use it: it starts in the time that the rest of the program takes to
 * load. Decides what is kept until then; what happens afterwards is its adopter's business.
 */
import { spawnDaemon } from '@jstorrent/io-daemon/spawn';
import type { DaemonOwner, OwnableDaemon } from './engine-session.ts';
import { umaskOfUser } from './umask.ts';

/** Start a daemon; `roots` are absolute paths by key, looked at when they are used. */
export function beginDaemon(roots: Readonly<Record<string, string>>): OwnableDaemon {
  let owner: DaemonOwner | null = null;
  let untold: ((owner: DaemonOwner) => void)[] = [];
  const tell = (news: (owner: DaemonOwner) => void): void => {
    if (owner === null) untold.push(news);
    else news(owner);
  };
  const daemon = spawnDaemon({
    roots,
    umask: umaskOfUser(),
    onEvents: (events) => tell((to) => to.onEvents(events)),
    onReady: () => tell((to) => to.onReady()),
    onLost: (reason) => tell((to) => to.onLost(reason)),
    log: (line) => tell((to) => to.log(line)),
  });
  return {
    plane: daemon.plane,
    get pid() {
      return daemon.pid;
    },
    stop: () => daemon.stop(),
    adopt: (adopter) => {
      owner = adopter;
      for (const news of untold) news(adopter);
      untold = [];
    },
  };
}
