/**
 * A desktop entry and the list of default programs, as texts (freedesktop.org: Desktop Entry 1.5, MIME Applications 1.0).
 * Decides escaping and which lines change; what is written is decided by handler.ts.
 */

/** Text of an entry that opens links and files; `command` are words, the last of the program. */
export function desktopEntry(command: readonly string[], types: readonly string[]): string {
  const lines = [
    '[Desktop Entry]',
    'Type=Application',
    'Name=JSTorrent',
    'Comment=Download and seed torrents',
    `Exec=${escapeValue([...command.map(quoteWord), '--open', '%u'].join(' '))}`,
    'Terminal=false',
    'NoDisplay=true',
    'Categories=Network;FileTransfer;P2P;',
    `MimeType=${types.join(';')};`,
  ];
  return `${lines.join('\n')}\n`;
}

/** A word of Exec: always in quotes; `"`, backquote, `$` and backslash get a backslash, `%` is doubled. */
function quoteWord(word: string): string {
  return `"${word.replace(/["`$\\]/g, String.raw`\$&`).replaceAll('%', '%%')}"`;
}

/** A value of the file: the backslash is its escape character, on top of the quoting. */
function escapeValue(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\r', String.raw`\r`)
    .replaceAll('\t', String.raw`\t`);
}

const DEFAULTS = '[Default Applications]';

/** The programs that `mimeapps.list` has for a type, best first; '' when it has none. */
export function readDefault(list: string, type: string): string {
  const at = findLine(list.split('\n'), type);
  return at < 0 ? '' : (list.split('\n')[at] ?? '').slice(type.length + 1).trim();
}

/** The list with these programs for a type; '' = none. All other lines stay. */
export function withDefault(list: string, type: string, programs: string): string {
  const lines = list === '' ? [] : list.replace(/\n$/, '').split('\n');
  const at = findLine(lines, type);
  if (at >= 0) lines.splice(at, 1, ...(programs === '' ? [] : [`${type}=${programs}`]));
  else if (programs !== '') {
    const section = lines.findIndex((line) => line.trim() === DEFAULTS);
    if (section < 0) lines.push(...(lines.length > 0 ? [''] : []), DEFAULTS, `${type}=${programs}`);
    else lines.splice(section + 1, 0, `${type}=${programs}`);
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/** Where the line of a type is among those of the defaults, or -1. */
function findLine(lines: readonly string[], type: string): number {
  let isInside = false;
  for (const [at, line] of lines.entries()) {
    if (line.trim().startsWith('[')) isInside = line.trim() === DEFAULTS;
    else if (isInside && line.startsWith(`${type}=`)) return at;
  }
  return -1;
}
