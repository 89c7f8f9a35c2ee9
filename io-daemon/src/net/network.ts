/**
 * The Network port over Node. Decides nothing: it puts the parts together.
 */
import { lookup } from 'node:dns';
import type { Network } from '@jstorrent/data-plane';
import { classifyAddress } from './addresses.ts';
import { createHttpGet } from './http.ts';
import { resolve } from './resolve.ts';
import { dial, listen } from './tcp.ts';
import { bindUdp } from './udp.ts';
import { createOpenWeb } from './web-stream.ts';

/** The real network: sockets of this machine, its resolver, HTTP with the rules against request forgery (THREATS 15). */
export function nodeNetwork(): Network {
  const world = { lookup, classify: classifyAddress };
  return {
    dial,
    openWeb: createOpenWeb(world),
    listen,
    bindUdp,
    httpGet: createHttpGet(world),
    resolve,
  };
}
