/**
 * Sorts IP literals by what a request made on behalf of a torrent may reach (THREATS 15). Decides classes, not policy.
 */
import { BlockList, isIP } from 'node:net';

/**
 * `public`: the internet; `local`: this machine or its networks, where a private tracker may live; `forbidden`: never a
 * server (link-local with its metadata services, multicast, broadcast, unspecified, reserved).
 */
export type AddressClass = 'public' | 'local' | 'forbidden';

const LOCAL_V4 = ['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];
const FORBIDDEN_V4 = ['0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4'];
const LOCAL_V6 = ['::1/128', 'fc00::/7', 'fec0::/10'];
const FORBIDDEN_V6 = ['::/96', 'fe80::/10', 'ff00::/8', '64:ff9b:1::/48'];

const local = blockList(LOCAL_V4, LOCAL_V6);
const forbidden = blockList(FORBIDDEN_V4, FORBIDDEN_V6);

/**
 * Class of an IP literal without brackets. IPv4 inside IPv6 (mapped, NAT64 of RFC 6052, 6to4 of RFC 3056) has the class
 * of the IPv4 address. Anything that is no IP literal is `forbidden`.
 */
export function classifyAddress(host: string): AddressClass {
  const zone = host.indexOf('%');
  const address = zone < 0 ? host : host.slice(0, zone);
  const version = isIP(address);
  if (version === 0) return 'forbidden';
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (local.check(address, family)) return 'local';
  return forbidden.check(address, family) ? 'forbidden' : 'public';
}

function blockList(v4: readonly string[], v6: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of v4) {
    const [network = '', bits = ''] = range.split('/');
    const length = Number(bits);
    list.addSubnet(network, length, 'ipv4');
    list.addSubnet(`64:ff9b::${network}`, 96 + length, 'ipv6');
    list.addSubnet(sixToFour(network), 16 + length, 'ipv6');
  }
  for (const range of v6) {
    const [network = '', bits = ''] = range.split('/');
    list.addSubnet(network, Number(bits), 'ipv6');
  }
  return list;
}

function sixToFour(network: string): string {
  const hex = network.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return `2002:${hex[0]}${hex[1]}:${hex[2]}${hex[3]}::`;
}
