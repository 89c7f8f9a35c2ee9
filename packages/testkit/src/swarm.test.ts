import { expect, it } from 'vitest';
import { createMemorySwarm } from './swarm.ts';
import { shapes } from './torrents.ts';

it('flows from one seeder to one leecher', () => {
  const swarm = createMemorySwarm({ seeders: 1, leechers: 1 });
  swarm.finish();
  const states = swarm.leechers[0]?.states(swarm.id);
  expect(states).toEqual(['queued', 'checking', 'downloading', 'endgame', 'seeding']);
});

for (const shape of Object.keys(shapes) as (keyof typeof shapes)[]) {
  it(`flows in the shape ${shape}, directly and through frames, from a torrent and from a magnet`, () => {
    for (const link of ['direct', 'frames'] as const) {
      for (const magnet of [false, true]) {
        createMemorySwarm({ seeders: 1, leechers: 2, shape, magnet, link }).finish();
      }
    }
  });
}
