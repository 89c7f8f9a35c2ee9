/** `jstorrent add`: gives torrents to the service. Decides how what the user typed becomes a source and its wishes. */
import { CONTROL_LIMITS, type Params } from '@jstorrent/control';
import { CliError, EXIT, usageError, type ExitCode } from '../errors.ts';
import type { NumberRange } from '../option-values.ts';
import type { Output } from '../output.ts';
import { toPriorities } from '../selection.ts';
import { exitCodeOf, withService, type ServiceLink } from '../service/link.ts';
import { placeOfFolder } from '../service/places.ts';
import { SHORT_HASH } from '../service/torrents.ts';
import { readSource, type Source } from '../source.ts';
import { plain } from '../text.ts';

/** Options of `add`, already checked. Rates in bytes per second. */
export interface AddOptions {
  readonly dir?: string;
  readonly stopped: boolean;
  readonly top: boolean;
  readonly name?: string;
  readonly label: readonly string[];
  readonly files?: readonly NumberRange[];
  readonly sequential: boolean;
  readonly firstLast: boolean;
  readonly skipCheck: boolean;
  readonly maxDown?: number;
  readonly maxUp?: number;
  readonly tracker: readonly string[];
  readonly webSeed: readonly string[];
  readonly merge: boolean;
}

interface Failed {
  readonly source: string;
  readonly code: string;
  readonly message: string;
  readonly exitCode: ExitCode;
}

/** Add each of `texts`: magnet links, .torrent files, web addresses of them. Those that fail do not stop the others. */
export function runAdd(texts: readonly string[], options: AddOptions, output: Output): Promise<ExitCode> {
  if (options.name !== undefined && texts.length > 1)
    throw usageError('--name names one torrent, not several');
  // What is wrong with the words is said before a service is started for them.
  const sources = texts.map((text) => [text, readSource(text)] as const);
  return withService(async (link) => {
    const wishes = await wishesOf(link, options);
    const added: { readonly id: string; readonly name: string }[] = [];
    const failed: Failed[] = [];
    for (const [text, source] of sources) {
      try {
        const params = { ...wishes, ...filesOf(source, options), source: toControl(source) };
        const torrent = await link.call('torrent.add', params);
        added.push(torrent);
        output.line(`Added ${plain(torrent.name)} (${torrent.id.slice(0, SHORT_HASH)}).`);
      } catch (error) {
        const failure = failedOf(text, error);
        if (sources.length === 1 || failure === null) throw error;
        output.notice(`error: ${failure.code}: ${plain(text)}: ${plain(failure.message)}`);
        failed.push(failure);
      }
    }
    output.event({ added, failed: failed.map(({ source, code, message }) => ({ source, code, message })) });
    return failed[0]?.exitCode ?? EXIT.done;
  });
}

type Wishes = Omit<Params<'torrent.add'>, 'source'>;

async function wishesOf(link: ServiceLink, options: AddOptions): Promise<Wishes> {
  const { dir, name, label, maxDown, maxUp, tracker, webSeed } = options;
  return {
    ...(dir === undefined ? {} : { place: await placeOfFolder(link, dir) }),
    ...(options.stopped ? { start: false } : {}),
    ...(options.top ? { queueTop: true } : {}),
    ...(name === undefined ? {} : { name }),
    ...(label.length === 0 ? {} : { labels: label }),
    ...(options.sequential ? { sequential: true } : {}),
    ...(options.firstLast ? { endsFirst: true } : {}),
    ...(options.skipCheck ? { skipCheck: true } : {}),
    ...(maxDown === undefined ? {} : { downLimit: maxDown }),
    ...(maxUp === undefined ? {} : { upLimit: maxUp }),
    ...(tracker.length === 0 ? {} : { trackers: tracker }),
    ...(webSeed.length === 0 ? {} : { webSeeds: webSeed }),
    ...(options.merge ? { mergeTrackers: true } : {}),
  };
}

function filesOf(source: Source, { files }: AddOptions): Pick<Wishes, 'files'> {
  if (files === undefined) return {};
  if (source.kind === 'file') {
    const priorities = toPriorities({ kind: 'numbers', ranges: files }, source.metainfo.info);
    return { files: { all: priorities } };
  }
  throw usageError(
    '--files needs a .torrent file; of a link, choose with "jstorrent files" once its list is known',
  );
}

/** What the user typed, as the service takes it. */
export function toControl(source: Source): Params<'open.request'>['source'] {
  if (source.kind === 'magnet') return { magnet: source.uri };
  if (source.kind === 'url') return { url: source.url };
  if (source.bytes.length > CONTROL_LIMITS.metainfoBytes) {
    const text = `the .torrent file has more than ${CONTROL_LIMITS.metainfoBytes / 1024 / 1024} MiB; add its magnet link`;
    throw new CliError(EXIT.source, 'TOO_LARGE', text);
  }
  return { metainfo: Buffer.from(source.bytes).toString('base64') };
}

/** An error about one source; null for what concerns all of them. */
function failedOf(source: string, error: unknown): Failed | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  const { code, message } = error;
  if (typeof code !== 'string' || code === 'CLOSED') return null;
  const exitCode = error instanceof CliError ? error.exitCode : exitCodeOf(code);
  return { source, code, message, exitCode };
}
