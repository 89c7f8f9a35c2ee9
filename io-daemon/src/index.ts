/**
 * The io-daemon as a library: a data plane in this process.
 */
export { createNodePlane, type NodePlane, type NodePlaneOptions } from './node-plane.ts';
