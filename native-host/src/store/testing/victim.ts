/**
 * The process that is killed: goes on with a story from a given call, says the number of each call that has returned, and
 * makes backups and closes in between. Arguments: file, seed, number of calls made so far.
 */
import { writeSync } from 'node:fs';
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { openStore } from '../session-store.ts';
import { act } from './story.ts';

const [file = '', seed = '', from = ''] = process.argv.slice(2);
const BACKUP_EVERY = 15;
const CLOSE_EVERY = 70;
const STDOUT = 1;

const open = () => openStore({ file, now: Date.now });
let store = open();
writeSync(STDOUT, `${from}\n`);
for (let index = Number(from); ; index += 1) {
  act(store, Number(seed), index);
  writeSync(STDOUT, `${index + 1}\n`);
  if (index % BACKUP_EVERY === 0) void store.backup();
  if (index % CLOSE_EVERY === CLOSE_EVERY - 1) {
    await store.close();
    store = open();
  }
  await setImmediate();
}
