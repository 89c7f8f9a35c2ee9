import { VirtualClock } from '../clock.ts';
import { MemoryInternet } from '../net/internet.ts';
import { SeededRandom } from '../random.ts';
import { networkContract } from './network-contract.ts';
import { virtualRig } from './rig.ts';

networkContract('the in-memory internet', () => {
  const clock = new VirtualClock();
  const internet = new MemoryInternet(clock, new SeededRandom('contract'));
  internet.addHost('one');
  let port = 8000;
  return Promise.resolve({
    ...virtualRig(clock),
    network: internet.network('one'),
    serveSite: (handler) => {
      internet.serveHttp('one', ++port, handler);
      return Promise.resolve(`http://127.0.0.1:${port}`);
    },
  });
});
