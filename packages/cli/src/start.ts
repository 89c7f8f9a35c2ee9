/**
 * What `pnpm start` runs: with a display, the browser with the extension and what was named added to it; without one, or with
 * options, a download into ./downloads of the folder where it was typed; without either, the demonstration.
 */
import { enableCompileCache } from 'node:module';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../../../node_modules/.cache/jstorrent', import.meta.url));
enableCompileCache(cache);
process.env['NODE_COMPILE_CACHE'] ??= cache;

const words = process.argv.slice(2).filter((word) => word !== '--');
// pnpm runs scripts in the folder of the package.
if (words.length > 0) process.chdir(process.env['INIT_CWD'] ?? '.');
process.exitCode = await start();

async function start(): Promise<number> {
  const { createOutput } = await import('./output.ts');
  const { CliError } = await import('./errors.ts');
  const output = createOutput({ mode: 'people' });
  try {
    if (words.some((word) => word.startsWith('-'))) return await download();
    const { startDesktop, thisDesktop, whyNoBrowser } = await import('./desktop/start-desktop.ts');
    const world = thisDesktop();
    const why = whyNoBrowser(world);
    if (why === null) return await startDesktop(words, { world, output });
    output.line(why);
    if (words.length > 0) return await download();
    const { runDemonstration } = await import('./demo/demonstration.ts');
    return await runDemonstration(output);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    output.error(error);
    return error.exitCode;
  }
}

/** Options are those of a download, which needs no browser. */
async function download(): Promise<number> {
  const { runProgram } = await import('./program.ts');
  return runProgram(['download', '-d', './downloads', ...words]);
}
