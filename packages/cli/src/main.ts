/** Entry of the program. Decides only that code compiled once is kept for the next start, here and in the io-daemon. */
import { enableCompileCache } from 'node:module';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../../../node_modules/.cache/jstorrent', import.meta.url));
enableCompileCache(cache);
process.env['NODE_COMPILE_CACHE'] ??= cache;

const { runProgram } = await import('./program.ts');
process.exitCode = await runProgram(process.argv.slice(2));
