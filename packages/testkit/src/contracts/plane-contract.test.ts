import type { PlaneEvent } from '@jstorrent/engine/ports';
import { createMemoryPlane } from '../memory-plane.ts';
import { World } from '../world.ts';
import { memoryOutside } from './memory-outside.ts';
import { planeContract } from './plane-contract.ts';
import { virtualRig } from './rig.ts';

for (const link of ['direct', 'frames'] as const) {
  planeContract(`the data plane in memory (${link})`, () => {
    const world = new World(`plane contract ${link}`);
    world.addHost('one');
    const events: PlaneEvent[] = [];
    const plane = createMemoryPlane(world, 'one', { link, onEvents: (batch) => events.push(...batch) });
    return Promise.resolve({
      ...virtualRig(world.clock),
      plane,
      events,
      files: memoryOutside(world.disk('one')),
      network: world.internet.network('one'),
    });
  });
}
