/**
 * Views that stay and follow what happens. Decides that the first Ctrl-C ends them in order, and that they go on with the next
 * service when theirs ended: one that was stopped on purpose is waited for, one that died is started again.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { EXIT, type ExitCode } from '../errors.ts';
import { hearInterrupts } from '../interrupt.ts';
import type { Output } from '../output.ts';
import { findService, useLink, withService, type ServiceLink } from './link.ts';

/** How long one look for a service takes, and the pause before the next. */
const LOOK_MS = 2000;
const PAUSE_MS = 100;

/** Begins to show something, and shows it again whenever it changes. */
export type Begin = (link: ServiceLink) => Promise<unknown>;
/** How a stay ended: by the user, by a service that was stopped, or by one that died. */
type End = 'interrupted' | 'stopped' | 'died';

/** Show something until the user ends it, which is no failure of a view. Rejects with a CliError when it cannot be shown. */
export async function follow(begin: Begin, output: Output): Promise<ExitCode> {
  const interrupt = hearInterrupts(() => {});
  const interrupted = interrupt.raised.then((): End => 'interrupted');
  const staying = (link: ServiceLink): Promise<End> => stay(link, begin, interrupted);
  try {
    let end = await withService(staying);
    while (end !== 'interrupted') {
      tellLost(end, output);
      const link = await find(end === 'died', interrupted);
      end = link === null ? 'interrupted' : await useLink(link, staying);
    }
    return EXIT.done;
  } finally {
    interrupt.close();
  }
}

async function stay(link: ServiceLink, begin: Begin, interrupted: Promise<End>): Promise<End> {
  let isStopping = false;
  const stop = link.hear((event) => {
    if (event.event === 'service' && event.state === 'stopping') isStopping = true;
  });
  try {
    await begin(link);
    return await Promise.race([interrupted, link.lost]);
  } catch (error) {
    onlyClosed(error);
    return isStopping ? 'stopped' : 'died';
  } finally {
    stop();
  }
}

/** A service that is there again; null when the user does not want to wait. */
async function find(launch: boolean, interrupted: Promise<End>): Promise<ServiceLink | null> {
  let isOver = false;
  const over = interrupted.then(() => {
    isOver = true;
    return null;
  });
  const look = async (): Promise<ServiceLink | null> => {
    for (;;) {
      const link = await findService({ launch, timeoutMs: LOOK_MS }).catch(onlyClosed);
      if (!isOver && link !== null) return link;
      link?.close();
      if (isOver) return null;
      await wait(PAUSE_MS);
    }
  };
  return Promise.race([look(), over]);
}

/** A process that is dying accepts connections until its last socket is closed. */
function onlyClosed(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'CLOSED') return null;
  throw error;
}

function tellLost(end: End, output: Output): void {
  const text =
    end === 'stopped'
      ? 'The service has been stopped. This goes on when it runs again.'
      : 'The service ended unexpectedly. It is started again.';
  output.event({ event: 'service', state: 'reconnecting' });
  if (output.isTerminal) output.frame([text]);
  else output.notice(text);
}
