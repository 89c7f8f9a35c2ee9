/**
 * The contract suites: one per port, run by every adapter from its own test files (vitest).
 */
export { diskContract, type DiskRig } from './disk-contract.ts';
export { networkContract, type NetworkRig } from './network-contract.ts';
export { type NodeSite, serveNodeSite } from './node-site.ts';
export { type OutsideFiles, realRig, type Rig, virtualRig } from './rig.ts';
