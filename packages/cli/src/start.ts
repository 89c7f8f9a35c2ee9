/**
 * What `pnpm start` runs: with words, a download into ./downloads of the folder where it was typed; without, the
 * demonstration.
 */
import { enableCompileCache } from 'node:module';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../../../node_modules/.cache/jstorrent', import.meta.url));
enableCompileCache(cache);
process.env['NODE_COMPILE_CACHE'] ??= cache;

const words = process.argv.slice(2).filter((word) => word !== '--');
if (words.length > 0) {
  // pnpm runs scripts in the folder of the package.
  process.chdir(process.env['INIT_CWD'] ?? '.');
  const { runProgram } = await import('./program.ts');
  process.exitCode = await runProgram(['download', '-d', './downloads', ...words]);
} else {
  const { runDemonstration } = await import('./demo/demonstration.ts');
  const { createOutput } = await import('./output.ts');
  const { CliError } = await import('./errors.ts');
  const output = createOutput({ mode: 'people' });
  try {
    process.exitCode = await runDemonstration(output);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    output.error(error);
    process.exitCode = error.exitCode;
  }
}
