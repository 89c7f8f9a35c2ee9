/** Ctrl-C and its relatives: the first one asks for an orderly end, the second ends the program at once. */
import process from 'node:process';
import { EXIT } from './errors.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A wish of the user to end, heard until `close`. */
export interface Interrupt {
  /** Resolved at the first signal, or when nobody reads our output any more. */
  readonly raised: Promise<void>;
  /** Give the signals back. */
  close(): void;
}

/** Begin to hear signals; `onFirst` is called at once at the first one. */
export function hearInterrupts(onFirst: () => void): Interrupt {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isRaised = false;
  const raise = (): void => {
    if (isRaised) process.exit(EXIT.interrupted);
    isRaised = true;
    onFirst();
    resolve();
  };
  const onOutputGone = (): void => {
    if (!isRaised) raise();
  };
  for (const signal of SIGNALS) process.on(signal, raise);
  process.stdout.on('error', onOutputGone);
  return {
    raised: promise,
    close: () => {
      for (const signal of SIGNALS) process.off(signal, raise);
    },
  };
}
