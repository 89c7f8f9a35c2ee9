/** Views that stay on the terminal and follow what happens. Decides that the first Ctrl-C ends them in order. */
import { EXIT, type ExitCode } from '../errors.ts';
import { hearInterrupts } from '../interrupt.ts';
import type { ServiceLink } from './link.ts';

/**
 * Stay until the user ends it, which is no failure of a view. Rejects with a CliError when the connection is lost.
 */
export async function stay(link: ServiceLink): Promise<ExitCode> {
  const interrupt = hearInterrupts(() => {});
  try {
    await Promise.race([interrupt.raised, link.lost]);
    return EXIT.done;
  } finally {
    interrupt.close();
  }
}
