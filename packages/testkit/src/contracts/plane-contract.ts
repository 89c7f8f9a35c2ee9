/**
 * The promises of the `Plane` port, as a suite that runs against every way to reach a plane: in process, behind frames,
 * in another process.
 */
import { afterEach, beforeEach, describe } from 'vitest';
import { describeLinks } from './plane-links-contract.ts';
import { describePlaneFolders } from './plane-folders-contract.ts';
import { describePlanePlaces } from './plane-places-contract.ts';
import type { PlaneRig } from './plane-rig.ts';
import { describePlaneServing } from './plane-serving-contract.ts';
import { describeStores } from './plane-stores-contract.ts';

/** State those promises for a plane called `name`; `make` gives a fresh one with empty roots per test. */
export const planeContract = (name: string, make: () => Promise<PlaneRig>): void => {
  describe(`${name} as a plane`, () => {
    let rig: PlaneRig;
    beforeEach(async () => {
      rig = await make();
    });
    afterEach(() => rig.close());

    describeLinks(() => rig);
    describeStores(() => rig);
    describePlanePlaces(() => rig);
    describePlaneFolders(() => rig);
    describePlaneServing(() => rig);
  });
};
