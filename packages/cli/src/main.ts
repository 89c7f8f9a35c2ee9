/** Entry of the program. Decides that code compiled once is kept for the next start, and what a closed pipe means. */
import { enableCompileCache } from 'node:module';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../../../node_modules/.cache/jstorrent', import.meta.url));
enableCompileCache(cache);
process.env['NODE_COMPILE_CACHE'] ??= cache;

// A reader that has seen enough (`| head`) closes the pipe; that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const { runProgram } = await import('./program.ts');
process.exitCode = await runProgram(process.argv.slice(2));
