/**
 * The contract suites: one per port, run by every adapter from its own test files (vitest).
 */
export { diskContract } from './disk-contract.ts';
export type { DiskRig } from './disk-steps.ts';
export { type NetworkRig, networkContract } from './network-contract.ts';
export { type NodeSite, serveNodeSite } from './node-site.ts';
export { planeContract } from './plane-contract.ts';
export type { PlaneRig } from './plane-rig.ts';
export { type OutsideFiles, type Rig, realRig, virtualRig } from './rig.ts';
