/** The bulk path: links and stores behind the engine's plane port, over sockets, disk and time as ports. */
export * from './ports.ts';
export * from './relocation/index.ts';
export { createDataPlane } from './data-plane.ts';
export type { DataPlane, DataPlaneOptions } from './data-plane.ts';
export { DEFAULT_LIMITS } from './limits.ts';
export type { Limits } from './limits.ts';
