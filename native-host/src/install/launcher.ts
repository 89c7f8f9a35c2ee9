/**
 * The one executable file that a browser starts: a script that starts the connector. It exists because a manifest can name
 * only a path without arguments. Decides its text and how words are quoted in it.
 */

/** What the script does. */
export interface LauncherOptions {
  /** Absolute path of Node and the words behind it; those of the browser follow them. */
  readonly command: readonly string[];
  /** Variables that a browser started from the desktop does not have. */
  readonly env: Readonly<Record<string, string>>;
}

/** Name of the script below the state folder. */
export function launcherName(platform: string): string {
  return platform === 'win32' ? 'native-host.bat' : 'native-host.sh';
}

/** Text of the script. Words with zeros, and on Windows with quotes or ends of lines, throw: no path has them. */
export function launcherText(options: LauncherOptions, platform: string): string {
  for (const word of [...options.command, ...Object.values(options.env)]) {
    const isBad = platform === 'win32' ? /[\0"\r\n]/.test(word) : word.includes('\0');
    if (isBad) throw new Error(`a launcher cannot hold ${JSON.stringify(word)}`);
  }
  return platform === 'win32' ? batch(options) : shell(options);
}

function shell({ command, env }: LauncherOptions): string {
  const variables = Object.entries(env).map(([name, value]) => `export ${name}=${quoteForShell(value)}\n`);
  return `#!/bin/sh\n${variables.join('')}exec ${command.map(quoteForShell).join(' ')} "$@"\n`;
}

/** Between single quotes a shell takes everything as it is, but a single quote. */
function quoteForShell(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function batch({ command, env }: LauncherOptions): string {
  const lines = [
    '@echo off',
    'setlocal DisableDelayedExpansion',
    // The script is in UTF-8.
    'chcp 65001 >nul',
    ...Object.entries(env).map(([name, value]) => `set "${name}=${doublePercent(value)}"`),
    `${command.map((word) => `"${doublePercent(word)}"`).join(' ')} %*`,
    'exit /b %errorlevel%',
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

function doublePercent(word: string): string {
  return word.replaceAll('%', '%%');
}
