/** `jstorrent info`: what a .torrent file or a magnet link says. Decides how people see it. */
import { existsSync } from 'node:fs';
import { describeMagnet, describeMetainfo, type Description } from '../describe.ts';
import { EXIT, usageError, type ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { readSource } from '../source.ts';
import { count, formatBytes, plain } from '../text.ts';

/** Print the facts of `text`: a path, a magnet link, or a torrent of the service. */
export async function runInfo(text: string, output: Output): Promise<ExitCode> {
  if (namesNoSource(text)) {
    const { findTorrent } = await import('../service/find-torrent.ts');
    const found = await findTorrent(text, output);
    if (found !== null) return found;
  }
  const source = readSource(text);
  if (source.kind === 'url') {
    throw usageError('info reads files and magnet links; download the .torrent file first');
  }
  const description =
    source.kind === 'magnet' ? describeMagnet(source.magnet) : describeMetainfo(source.metainfo);
  output.event(description);
  for (const line of linesOf(description)) output.line(line);
  return EXIT.done;
}

/** Whether a text can only be a torrent of the service: no link, no path, and no file is called so. */
function namesNoSource(text: string): boolean {
  return !/^\s*(magnet:|https?:)|[/\\]|\.torrent$/i.test(text) && !existsSync(text);
}

function linesOf(facts: Description): string[] {
  const rows: [label: string, value: string | null][] = [
    ['Name', facts.name],
    ['Info-hash', facts.infoHash],
    ['Info-hash v2', facts.infoHashV2],
    ['Size', facts.totalLength === null ? null : sizeOf(facts)],
    ['Private', facts.private === true ? 'yes: peers come from its trackers only' : null],
    ...facts.trackers.map((tier, index): [string, string] => [
      index === 0 ? 'Trackers' : '',
      tier.join(', '),
    ]),
    ...facts.webSeeds.map((url, index): [string, string] => [index === 0 ? 'Web seeds' : '', url]),
    ['Comment', facts.comment],
    ['Created by', facts.createdBy],
    ['Created', facts.creationDate === null ? null : dateOf(facts.creationDate)],
  ];
  const lines = rows.flatMap(([label, value]) =>
    value === null ? [] : [`${(label === '' ? '' : `${label}:`).padEnd(14)}${plain(value)}`],
  );
  if (facts.files.length === 0) return [...lines, 'Files are known only once a peer has sent the metadata.'];
  const width = String(facts.files.length).length;
  const sizes = facts.files.map(({ length }) => formatBytes(length));
  const sizeWidth = Math.max(...sizes.slice(0, 10_000).map((size) => size.length));
  const files = facts.files.map(({ path }, index) => {
    const size = (sizes[index] ?? '').padStart(sizeWidth);
    return `  ${String(index + 1).padStart(width)}  ${size}  ${plain(path)}`;
  });
  return [...lines, 'Files:', ...files];
}

function sizeOf(facts: Description): string {
  const size = formatBytes(facts.totalLength ?? 0);
  if (facts.pieceCount === null || facts.pieceLength === null) return size;
  const pieces = `${count(facts.pieceCount, 'piece')} of ${formatBytes(facts.pieceLength)}`;
  return `${size} in ${count(facts.files.length, 'file')}, ${pieces}`;
}

function dateOf(unixSeconds: number): string | null {
  const date = new Date(unixSeconds * 1000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString().replace('.000Z', ' UTC').replace('T', ' ');
}
