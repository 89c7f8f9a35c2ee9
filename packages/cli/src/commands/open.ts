/** `jstorrent open`: what the system opens with JSTorrent. Decides nothing: a front end that is there asks, or the service adds it. */
import { EXIT, type ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { withService } from '../service/link.ts';
import { SHORT_HASH } from '../service/torrents.ts';
import { readSource } from '../source.ts';
import { plain } from '../text.ts';
import { toControl } from './add.ts';

/** Open a magnet link, a .torrent file or a web address of one. */
export function runOpen(text: string, output: Output): Promise<ExitCode> {
  const source = toControl(readSource(text));
  return withService(async (link) => {
    const opened = await link.call('open.request', { source });
    output.event(opened);
    const name = plain(opened.name);
    output.line(
      opened.id === null
        ? `The browser shows ${name}.`
        : `Added ${name} (${opened.id.slice(0, SHORT_HASH)}).`,
    );
    return EXIT.done;
  });
}
