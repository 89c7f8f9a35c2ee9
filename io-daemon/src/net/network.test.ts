import { networkContract, realRig, serveNodeSite, type NodeSite } from '@jstorrent/testkit/contracts';
import { nodeNetwork } from './network.ts';

networkContract('the Node network', () => {
  const sites: NodeSite[] = [];
  const rig = realRig(async () => {
    await Promise.all(sites.map((site) => site.close()));
  });
  return Promise.resolve({
    ...rig,
    network: nodeNetwork(),
    serveSite: async (handler) => {
      const site = await serveNodeSite(handler);
      sites.push(site);
      return site.origin;
    },
  });
});
