import { VirtualClock } from '../clock.ts';
import { MemoryDisk } from '../disk/memory-disk.ts';
import { SeededRandom } from '../random.ts';
import { diskContract } from './disk-contract.ts';
import { memoryOutside } from './memory-outside.ts';
import { virtualRig } from './rig.ts';

diskContract('the in-memory disk', () => {
  const clock = new VirtualClock();
  const disk = new MemoryDisk(clock, new SeededRandom('contract'));
  return Promise.resolve({ ...virtualRig(clock), disk, files: memoryOutside(disk) });
});
