/** Keeps a pane below the limit of a message, whatever its source put into it. */
import { CONTROL_LIMITS } from './limits.ts';
import type { DetailEvent } from './schema/events.ts';
import { toUtf8 } from './text.ts';

/** The event and its JSON; of a list that is too long, only as many first members as fit (of a log, the last). */
export function fitPane(event: DetailEvent): { readonly event: DetailEvent; readonly text: string } {
  let fitted = event;
  let text = JSON.stringify(fitted);
  while (!fits(text)) {
    const shorter = halve(fitted);
    if (shorter === null) break;
    fitted = shorter;
    text = JSON.stringify(fitted);
  }
  return { event: fitted, text };
}

function fits(json: string): boolean {
  return 3 * json.length <= CONTROL_LIMITS.partBytes || toUtf8(json).length <= CONTROL_LIMITS.partBytes;
}

function halve(event: DetailEvent): DetailEvent | null {
  const half = <T>(list: readonly T[]): readonly T[] => list.slice(0, Math.floor(list.length / 2));
  switch (event.pane) {
    case 'peers':
      if (event.data.peers.length === 0) return null;
      return { ...event, data: { ...event.data, peers: half(event.data.peers) } };
    case 'trackers':
      if (event.data.trackers.length === 0) return null;
      return { ...event, data: { trackers: half(event.data.trackers) } };
    case 'general':
      if (event.data.webSeeds.length === 0) return null;
      return {
        ...event,
        data: {
          ...event.data,
          webSeeds: half(event.data.webSeeds),
          webSeedStates: half(event.data.webSeedStates),
        },
      };
    case 'log': {
      const { entries } = event.data;
      return entries.length === 0
        ? null
        : { ...event, data: { entries: entries.slice(Math.ceil(entries.length / 2)) } };
    }
    case 'files':
    case 'pieces':
    case 'rates':
      return null;
  }
}
